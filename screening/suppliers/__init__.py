"""Customers' files of suppliers: read row by row, whatever program wrote them."""

from screening.suppliers.columns import FIELDS, Columns
from screening.suppliers.files import SupplierFile, open_suppliers
from screening.suppliers.given import given_suppliers
from screening.suppliers.refusing import Refused
from screening.suppliers.rows import Row, Supplier

__all__ = [
    "FIELDS",
    "Columns",
    "Refused",
    "Row",
    "Supplier",
    "SupplierFile",
    "given_suppliers",
    "open_suppliers",
]
