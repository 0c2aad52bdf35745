"""Ways to begin a goal, by need, for a conversation that has gone quiet. A beginning, never the person's words."""

from __future__ import annotations

from lifeplans.needs import Need

GOAL_STARTERS: dict[str, list[str]] = {
    Need.ACCOMMODATION: [
        "I want a place of my own, because …",
        "I want to keep the home I have by …",
        "I want to sort out the rent I owe, starting with …",
        "I want to live away from … so that …",
    ],
    Need.EMPLOYMENT: [
        "I want to earn my own money by …",
        "I want to learn how to …",
        "I want to get my card or licence for …",
        "I want to start something of my own: …",
    ],
    Need.FINANCES: [
        "I want to know what I owe and pay back … a week",
        "I want to have … left at the end of each month",
        "I want my own bank account, so that …",
        "I want to stop gambling by …",
    ],
    Need.DRUGS: [
        "I want to stay off … by doing …",
        "I want to use less: from … to …",
        "I want help that starts on the day I get out, because …",
        "I want to see people who do not use, like …",
    ],
    Need.ALCOHOL: [
        "I want to stop drinking, because …",
        "I want to drink on fewer days: from … to …",
        "I want something to do on … nights instead of drinking",
    ],
    Need.HEALTH: [
        "I want to see a doctor about …",
        "I want to sleep better, by …",
        "I want someone to talk to about …",
        "I want to get fit, by …",
    ],
    Need.RELATIONSHIPS: [
        "I want to see my … more often",
        "I want to put things right with …",
        "I want to make friends who …",
        "I want to help out at …",
    ],
    Need.THINKING: [
        "I want to stop and think before I …",
        "I want to walk away when …",
        "I want to make my own choices about …",
        "I want people to see that I …",
    ],
}


def by_need() -> list[tuple[str, list[str]]]:
    return [(need.label, GOAL_STARTERS[need]) for need in Need]
