from entities.models.changes import Change
from entities.models.datasets import Dataset, DatasetVersion
from entities.models.entities import Address, Entity, Identifier, Name
from entities.models.evidence import Evidence, Partnership
from entities.models.listings import Listing, Measure
from entities.models.ownership import Ownership
from entities.models.rules import OwnershipRule, RuleSwitch

__all__ = [
    "Address",
    "Change",
    "Dataset",
    "DatasetVersion",
    "Entity",
    "Evidence",
    "Identifier",
    "Listing",
    "Measure",
    "Name",
    "Ownership",
    "OwnershipRule",
    "Partnership",
    "RuleSwitch",
]
