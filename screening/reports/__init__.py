"""What is handed over: one report object, assembled once and written as a page for print, PDF, XLSX and JSON."""

from screening.reports.certifying import CertificateRefused, certificate
from screening.reports.dossiers import dossier, subject_dossier
from screening.reports.formats import FORMATS, MEDIA_TYPES, FormatUnavailable, write
from screening.reports.record import Column, Report, Section
from screening.reports.runs import screening_report

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "CertificateRefused",
    "Column",
    "FormatUnavailable",
    "Report",
    "Section",
    "certificate",
    "dossier",
    "screening_report",
    "subject_dossier",
    "write",
]
