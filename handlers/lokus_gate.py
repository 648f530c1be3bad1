"""What stands before every button of a lokus: whose it is not, is told the same as of a lokus that does not exist.

A lokus that has moved on answers an old button kindly, and so would tell anybody who forges one that it is there and
where it stands. So it is asked here, once for all of them, whether the person may know of it; the attempt is recorded.
"""

from __future__ import annotations

from domain import secrecy
from domain.lokus.model import KIND
from domain.notices import Ack
from domain.usecases.lokus_known import may_know
from handlers.context import Context, number

OWN_PART = {"lk": "sb", "lh": "ws", "lf": "rpangtmlksyhx"}
"""Buttons that name a member's part, by prefix; it is the person's own or nothing. All others name the case."""
ELSEWHERE = {"rp": "clnkuxm"}
"""Buttons that name no case, or a partner's own plan, which is looked up there."""
GUARDED = frozenset({"rp", "la", "lk", "lf", "lh", "lc", "lr", "lp"})
"""*Darurat* (``ld``) has no door: whoever may call for help is asked about that alone."""


def closed(ctx: Context, head: str, parts: list[str]) -> Ack | None:
    """The recorded refusal for somebody who may not know of what the button names; None for everybody else."""
    if head not in GUARDED or not parts or parts[0] in ELSEWHERE.get(head, ""):
        return None
    named = next((part for part in parts[1:] if part.isdecimal()), None)
    if named is None:
        return None
    if parts[0] in OWN_PART.get(head, ""):
        member = ctx.uow.lokus.get_member(number(named))
        if member is not None and member.person_id == ctx.me.id:
            return None
        case = None if member is None else ctx.uow.cases.get(member.case_id)
    else:
        case = ctx.uow.cases.get(number(named))
        if case is not None and case.kind == KIND and may_know(ctx.uow, ctx.office, case, ctx.me, ctx.now):
            return None
    return secrecy.denied(ctx.uow, ctx.me, case, head, ctx.now, number(named))
