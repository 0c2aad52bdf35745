"""The plan for other programs: read only, and only for those who may see the person."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from common.api import CheckedQuery
from lifeplans import goal_help
from lifeplans.models import Goal, LifePlan, Step
from people.access.abilities import Can, actor, api_only, get_person


class StepOut(serializers.ModelSerializer[Step]):
    class Meta:
        model = Step
        fields = ["id", "text", "words_of", "who", "who_name", "due_on", "status", "done_on"]


class HelpOut(serializers.Serializer[Any]):
    """Money or help for a goal, and how far it is."""

    kind = serializers.CharField()
    what = serializers.CharField()
    said = serializers.CharField()


class GoalOut(serializers.ModelSerializer[Goal]):
    steps = StepOut(many=True)
    help = serializers.SerializerMethodField()
    moved = serializers.SerializerMethodField(help_text="how the good it serves has moved, as the person said it")
    requirement = serializers.CharField(
        source="requirement.get_kind_display", default="", help_text="what of the sentence it serves"
    )

    class Meta:
        model = Goal
        fields = [
            "id", "title", "why", "words_of", "good", "need", "risk_note", "gives_back", "target_date", "status",
            "proposed_on", "agreed_on", "paused_on", "achieved_on", "dropped_on", "participant_said",
            "participant_words", "practitioner_said", "practitioner_words", "requirement", "steps", "help", "moved",
        ]  # fmt: skip

    @extend_schema_field(HelpOut(many=True))
    def get_help(self, goal: Goal) -> list[dict[str, str]]:
        return [line.in_words() for line in self.context["lines"].get(goal.pk, [])]

    def get_moved(self, goal: Goal) -> str:
        return str(self.context["moved"].get(goal.good, ""))


class PlanOut(serializers.ModelSerializer[LifePlan]):
    person = serializers.UUIDField(source="participant.ref")
    goals = GoalOut(many=True)

    class Meta:
        model = LifePlan
        fields = ["person", "started_on", "story", "gives_back", "goals"]


class PlanOfPerson(CheckedQuery, RetrieveAPIView[LifePlan]):
    """One person's plan: goals with their steps, and what each author says."""

    serializer_class = PlanOut
    permission_classes = [api_only(Can.WRITE_PLAN)]
    queryset = LifePlan.objects.none()

    def get_object(self) -> LifePlan:
        request = self.request._request  # the look is recorded on the request that the middleware reads
        person = get_person(request, self.kwargs["ref"])
        goals: Any = Goal.objects.in_order().select_related("requirement")
        goals = goals.prefetch_related(Prefetch("steps", Step.objects.in_order()))
        plans = LifePlan.objects.visible_to(actor(request)).prefetch_related(Prefetch("goals", goals))
        plan: LifePlan = get_object_or_404(plans.select_related("participant"), participant=person)
        self.lines, self.moved = goal_help.lines_of(list(plan.goals.all())), goal_help.moved(plan)
        return plan

    def get_serializer_context(self) -> dict[str, Any]:
        found = {"lines": getattr(self, "lines", {}), "moved": getattr(self, "moved", {})}
        return {**super().get_serializer_context(), **found}
