"""Addresses of this floor: `/people/…/plan/` for practitioners, `/me/plan/` for the person."""

from django.urls import path

from lifeplans.views import goals, my_goals, my_plan, plan, steps, versions

app_name = "lifeplans"

PLAN = "people/<uuid:ref>/plan/"
plan_urls = [
    path(PLAN, plan.plan, name="plan"),
    path(f"{PLAN}start/", plan.plan_start, name="plan-start"),
    path(f"{PLAN}agree/", plan.plan_agree, name="plan-agree"),
    path(f"{PLAN}words/", plan.plan_words, name="plan-words"),
    path(f"{PLAN}goods/", plan.goods_rate, name="goods-rate"),
    path(f"{PLAN}setbacks/<int:pk>/seen/", plan.setback_seen, name="setback-seen"),
    path(f"{PLAN}strengths/add/", plan.strength_add, name="strength-add"),
    path(f"{PLAN}strengths/<int:pk>/remove/", plan.strength_remove, name="strength-remove"),
    path(f"{PLAN}setbacks/add/", plan.setback_add, name="setback-add"),
    path(f"{PLAN}print/", versions.plan_print, name="plan-print"),
    path(f"{PLAN}versions/<int:number>/", versions.version_detail, name="version-detail"),
    path(f"{PLAN}versions/<int:number>/print/", versions.version_print, name="version-print"),
]
goal_urls = [
    path(f"{PLAN}goals/add/", goals.goal_propose, name="goal-propose"),
    path(f"{PLAN}goals/<int:pk>/words/", goals.goal_change_words, name="goal-words"),
    path(f"{PLAN}goals/<int:pk>/links/", goals.goal_links, name="goal-links"),
    path(f"{PLAN}goals/<int:pk>/say/", goals.goal_say, name="goal-say"),
    path(f"{PLAN}goals/<int:pk>/agree/", goals.goal_agree, name="goal-agree"),
    path(f"{PLAN}goals/<int:pk>/pause/", goals.goal_pause, name="goal-pause"),
    path(f"{PLAN}goals/<int:pk>/resume/", goals.goal_resume, name="goal-resume"),
    path(f"{PLAN}goals/<int:pk>/achieve/", goals.goal_achieve, name="goal-achieve"),
    path(f"{PLAN}goals/<int:pk>/drop/", goals.goal_drop, name="goal-drop"),
    path(f"{PLAN}goals/<int:pk>/up/", goals.goal_up, name="goal-up"),
    path(f"{PLAN}goals/<int:pk>/steps/add/", steps.step_add, name="step-add"),
    path(f"{PLAN}steps/<int:pk>/edit/", steps.step_edit, name="step-edit"),
    path(f"{PLAN}steps/<int:pk>/status/", steps.step_set, name="step-set"),
]
portal_urls = [
    path("me/plan/", my_plan.my_plan, name="my-plan"),
    path("me/plan/start/", my_plan.my_plan_start, name="my-plan-start"),
    path("me/plan/story/", my_plan.my_story, name="my-story"),
    path("me/plan/giving/", my_plan.my_giving, name="my-giving"),
    path("me/plan/matters/", my_plan.my_goods, name="my-goods"),
    path("me/plan/matters/<slug:name>/", my_plan.my_good, name="my-good"),
    path("me/plan/strengths/", my_plan.my_strengths, name="my-strengths"),
    path("me/plan/strengths/<int:pk>/remove/", my_plan.my_strength_remove, name="my-strength-remove"),
    path("me/plan/print/", versions.my_plan_print, name="my-plan-print"),
    path("me/plan/versions/<int:number>/", versions.my_version, name="my-version"),
    path("me/plan/goals/add/", my_goals.my_goal_add, name="my-goal-add"),
    path("me/plan/goals/<int:pk>/", my_goals.my_goal, name="my-goal"),
    path("me/plan/goals/<int:pk>/words/", my_goals.my_goal_words, name="my-goal-words"),
    path("me/plan/goals/<int:pk>/say/", my_goals.my_goal_say, name="my-goal-say"),
    path("me/plan/goals/<int:pk>/achieve/", my_goals.my_goal_achieve, name="my-goal-achieve"),
    path("me/plan/goals/<int:pk>/pause/", my_goals.my_goal_pause, name="my-goal-pause"),
    path("me/plan/goals/<int:pk>/resume/", my_goals.my_goal_resume, name="my-goal-resume"),
    path("me/plan/goals/<int:pk>/drop/", my_goals.my_goal_drop, name="my-goal-drop"),
    path("me/plan/goals/<int:pk>/steps/add/", my_goals.my_step_add, name="my-step-add"),
    path("me/plan/steps/<int:pk>/done/", my_goals.my_step_set, name="my-step-set"),
]
urlpatterns = [*plan_urls, *goal_urls, *portal_urls]
