from screening.models.alerts import Alert
from screening.models.audit import AuditEvent
from screening.models.cross_references import CrossReference, CrossReferenceRun, Ruling
from screening.models.decisions import Assignment, Comment, Decision
from screening.models.deliveries import Delivery, Webhook
from screening.models.hits import Hit
from screening.models.looks import Look
from screening.models.portfolios import Portfolio, Subject, Team
from screening.models.screenings import Screening, ScreeningChunk

__all__ = [
    "Alert",
    "Assignment",
    "AuditEvent",
    "Comment",
    "CrossReference",
    "CrossReferenceRun",
    "Decision",
    "Delivery",
    "Hit",
    "Look",
    "Portfolio",
    "Ruling",
    "Screening",
    "ScreeningChunk",
    "Subject",
    "Team",
    "Webhook",
]
