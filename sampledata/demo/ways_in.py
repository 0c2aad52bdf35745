"""Who is in the demo story. Every one of them is invented."""

from dataclasses import dataclass

from common.postgres.actor import as_service
from people.models import User


@dataclass(frozen=True)
class Way:
    """A way into the demo: an account, and what that role comes for."""

    email: str
    name: str
    role: str
    comes_for: str


WAYS_IN = [
    Way(
        "priya@demo.example",
        "Priya Raman",
        "Practitioner",
        "Who needs me today, and the plans of the people I work with",
    ),
    Way("jordan@demo.example", "Jordan Ashworth", "Participant", "My plan, my money, my meetings, on a phone"),
    Way("morag@demo.example", "Morag Ellis", "Team manager", "Requests to decide, funds, imports and the team's work"),
    Way(
        "winston@demo.example",
        "Winston Clarke",
        "Second team manager",
        "Payments: who asks, who decides and who pays are three people",
    ),
    Way("vik@demo.example", "Vik Okafor", "Volunteer", "The people I support, and the meetings I had with them"),
    Way(
        "nadia@demo.example",
        "Nadia Farouk",
        "Prison supervisor",
        "The people I work with inside, and their way through the gate",
    ),
    Way(
        "finn@demo.example", "Finn Delaney", "Provider", "The referrals sent to us, to accept and to mark as delivered"
    ),
    Way("sal@demo.example", "Sal Whittle", "Scheme worker", "Who is on the programme we run, and how to reach them"),
    Way("amara@demo.example", "Amara Nwosu", "Finance officer", "The books: accounts, corrections, and what adds up"),
    Way("fergus@demo.example", "Fergus Doyle", "Second finance officer", "Agreeing: nobody puts money right alone"),
    Way("frances@demo.example", "Frances Odell", "Funder", "What became of one funder’s money"),
    Way("nell@demo.example", "Nell Okoro", "Panel member", "Requests to vote on, without a name"),
    Way(
        "carol@demo.example", "Carol Whitmore", "Commissioner", "What the money did, by funder, area, purpose and month"
    ),
    Way(
        "ada@demo.example",
        "Ada Finch",
        "Administrator",
        "Accounts, teams and invitations; places, services and caseloads to import",
    ),
    Way(
        "dilys@demo.example",
        "Dilys Prothero",
        "Data-protection officer",
        "Who looked at whom, unusual use, and copies of what is held",
    ),
]
CODE = "  (by a code, which the Outbox page shows)"
PASSWORD = "good-lives-demo-2026"  # noqa: S105 - for invented people


@as_service()
def ways_in() -> list[Way]:
    """The ways into this demo: one that began under an older version may lack some."""
    there = set(
        User.objects.filter(email__in=[way.email for way in WAYS_IN], is_active=True).values_list("email", flat=True)
    )
    return [way for way in WAYS_IN if way.email in there]


def sign_in_help(address: str) -> str:
    """What is printed at the start of the demo."""
    ways = ways_in()
    if not ways:
        return ""
    return "\n".join(
        [
            f"Choose a role at {address}/enter/, or sign in by e-mail and password at {address}/accounts/login/:",
            *[f"  {way.role:<24} {way.email}{CODE if way.role == 'Participant' else ''}" for way in ways],
            f"  Password: {PASSWORD}",
            "  Other providers need no account: the link in their message opens the referral (see Outbox).",
        ]
    )
