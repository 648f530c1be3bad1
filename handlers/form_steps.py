"""The two ways a form goes on: to the next question, or staying where it is. Both write the draft's row first."""

from __future__ import annotations

from collections.abc import Sequence

from domain.forms import flow
from domain.forms.state import FormState
from domain.model import Draft
from domain.notices import Json, View
from domain.usecases import drafts
from handlers import form_views
from handlers.context import Context


def step(ctx: Context, draft: Draft, state: FormState, notes: list[Json] | None = None) -> None:
    """Write the answer given and ask the next question."""
    state = flow.advance(state, drafts.applies(ctx.office))
    keep(ctx, draft, state, notes)


def keep(ctx: Context, draft: Draft, state: FormState, notes: list[Json] | None = None, *, below: bool = False) -> None:
    """Write the state as it is and show where the form stands; ``below`` as a new message whatever was tapped."""
    draft = drafts.save(ctx.uow, ctx.office, draft, state, ctx.now)
    show(ctx, draft, state, notes or [], below=below)


def show(ctx: Context, draft: Draft, state: FormState, notes: list[Json], *, below: bool = False) -> None:
    """Put the form's present question (or the summary) where the person looks."""
    shown = view(ctx, draft, state, notes)
    if below:
        ctx.show(shown, form_views.slot(draft), fresh=True)
    else:
        ctx.show_here(shown, form_views.slot(draft))


def view(ctx: Context, draft: Draft, state: FormState, notes: list[Json]) -> View:
    """The form's present question or the summary."""
    return form_views.question(ctx.office, draft, state, ctx.me, notes, regions(ctx, state))


def regions(ctx: Context, state: FormState) -> Sequence[str]:
    """The kecamatan of the one in whose name the report is."""
    author = None if state.author_id is None else ctx.uow.people.get(state.author_id)
    return (author or ctx.me).regions
