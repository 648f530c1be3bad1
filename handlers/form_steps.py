"""The two ways a form goes on: to the next question, or staying where it is. Both write the draft's row first."""

from __future__ import annotations

from domain.forms import flow
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Json
from domain.usecases import drafts
from handlers import form_views
from handlers.context import Context


def step(ctx: Context, draft: Draft, state: FormState, notes: list[Json] | None = None) -> None:
    """Write the answer given and ask the next question."""
    state = flow.advance(state, drafts.applies(ctx.office))
    keep(ctx, draft, state, notes)


def keep(ctx: Context, draft: Draft, state: FormState, notes: list[Json] | None = None) -> None:
    """Write the state as it is and show where the form stands."""
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now)
    show(ctx, draft, state, notes or [])


def show(ctx: Context, draft: Draft, state: FormState, notes: list[Json]) -> None:
    """Put the form's present question (or the summary) where the person looks."""
    ctx.show_here(form_views.question(ctx.office, draft, state, ctx.me, notes), form_views.slot(draft))
