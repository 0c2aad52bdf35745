"""Invented people, places and notes. A name stands in the list as often as it is met, so that surnames repeat."""

from __future__ import annotations

_FAMILY = {
    30: "Smith Jones Taylor Brown Williams",
    18: "Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White",
    10: "Roberts Green Hall Wood Jackson Clarke Khan Ali Hughes Edwards Turner Hill Moore Cooper Ward Morris Lewis",
    5: (
        "Begum Hussain Ahmed Singh Kaur Shah Cook Bailey Parker Bell Murphy Kelly Collins Shaw Adams Phillips Gray "
        "Marshall Simpson Ellis Mills Okafor Nowak Kowalski Popescu Silva Costa Ryan Byrne Doyle Walsh Mensah"
    ),
    1: (
        "Ashworth Barraclough Birtwistle Blenkinsop Bradshaw Broadbent Calvert Crompton Dewhirst Duckworth Entwistle "
        "Fairclough Fothergill Gaskell Greenhalgh Hargreaves Haworth Heseltine Higginbottom Hindle Holroyd Illingworth "
        "Kershaw Lightfoot Lumb Mallinson Micklethwaite Murgatroyd Oldroyd Ollerenshaw Openshaw Ormerod Pilkington "
        "Ramsbottom Ratcliffe Rawnsley Redfearn Rigby Rowbottom Schofield Shackleton Shuttleworth Sidebottom Sugden "
        "Sutcliffe Tattersall Thwaite Trickett Wadsworth Walmsley Whitaker Widdop Winterbottom Wolstenholme Wrigley "
        "Adebayo Achebe Balogun Chukwu Eze Nwosu Obi Osei Asante Boateng Danso Kamara Sesay Conteh Warsame Abdi Hassan "
        "Rahman Chowdhury Miah Uddin Iqbal Mahmood Malik Qureshi Siddiqui Bhatt Desai Joshi Mehta Sharma Verma Dhillon "
        "Gill Sandhu Sidhu Wójcik Zieliński Wiśniewski Dąbrowska Kaminski Ionescu Dumitru Ivanov Petrov Novák Horváth "
        "Fernandes Oliveira Pereira Santos Rossi Ferrari Nguyen Tran Chen Wang Li Zhang Wong Lam"
    ),
}
_GIVEN = {
    8: "Jack James Daniel Thomas Michael David Ryan Liam Connor Jordan Mohammed Adam Luke Callum Lewis Joshua Kyle",
    4: (
        "Aaron Ashley Ben Bradley Cameron Carl Charlie Craig Darren Dean Gary George Harry Jake Jamie Jason Joe John "
        "Kieran Lee Leon Mark Martin Matthew Nathan Paul Reece Robert Sam Scott Sean Shaun Stephen Tyler"
    ),
    2: (
        "Abdul Ahmed Ali Amir Anthony Arif Bilal Brandon Curtis Damian Declan Dominic Dylan Ethan Faisal Gareth Hamza "
        "Hassan Ibrahim Imran Ivan Jerome Kai Kamil Kofi Kwame Marcus Marek Mateusz Nico Omar Owen Piotr Rafal Rhys "
        "Sami Stefan Tariq Usman Vincent Yusuf Zac Amy Becky Chantelle Chloe Danielle Emma Gemma Hannah Holly Jade "
        "Jasmine Jessica Karen Kelly Kirsty Laura Leanne Lisa Louise Megan Natalie Nicole Rachel Rebecca Sarah Sophie"
    ),
    1: (
        "Adaeze Aisha Aleksandra Anjali Bronwen Ceri Deepa Efua Fatima Grainne Hina Ifeoma Joanna Katarzyna Lakshmi "
        "Maryam Nkechi Oluwaseun Priya Roisin Siobhan Thandiwe Uzma Wiktoria Xanthe Yetunde Zainab"
    ),
}


def _weighed(table: dict[int, str]) -> list[str]:
    return [word for often, words in table.items() for word in words.split() for _ in range(often)]


FAMILY = _weighed(_FAMILY)
GIVEN = _weighed(_GIVEN)
PLACES = [
    f"{head}{tail}"
    for head in ["Ash", "Brook", "Carr", "Dene", "Elm", "Fern", "Gorse", "Hazel", "Larch", "Mill", "Oak", "Thorn"]
    for tail in ["bridge", "field", "ford", "gate", "ley", "mere", "stead", "thwaite", "wick", "worth"]
]
OUTCODES = [
    *("PR1", "PR2", "HD1", "HD3", "BL1", "OL1", "WN1", "LA1"),
    *("BB1", "FY1", "SK1", "M14", "LS6", "BD3", "S2", "NE6"),
]
PHONES = [
    *("+441134960", "+441144960", "+441154960", "+441164960", "+441174960", "+441184960", "+441214960", "+441314960"),
    *("+441414960", "+441514960", "+441614960", "+442079460", "+441914980", "+442920180", "+447700900", "+441632960"),
]  # what Ofcom keeps for stories: nobody ever answers these, whatever three digits follow
MET = [
    "Talked about the week.",
    "Came on time and was in good spirits.",
    "Rang to say the job interview went well.",
    "Worried about rent and the letter from the council.",
    "Spoke about contact with his daughter.",
    "Has been to the gym three times this week.",
    "Said that sleep is poor again.",
    "Asked for help with a bus pass.",
    "Was quiet today, and a bit low.",
    "Talked through the argument at the hostel.",
    "Went over the licence conditions together.",
    "Showed me the certificate from the course.",
    "Says that drinking is under control.",
    "Missed the group because of a shift at work.",
    "Brought the benefit letter along.",
]
NEXT = [
    "We agreed one small step for next week.",
    "I will ring the housing officer.",
    "A referral to the food bank is made.",
    "To bring the tenancy papers next time.",
    "Will try the reading group on Thursday.",
    "Volunteer to go along to the first session.",
    "I sent the address of the surgery by text.",
    "We looked at the plan and ticked off a step.",
    "No concerns. Same time next week.",
    "Asked the college about a place in September.",
    "We wrote down three things that helped.",
    "Manager told, and a note put on the file.",
]
GOALS = [
    ("I will have a place of my own", "LIFE", "ACCOMMODATION"),
    ("I will find work that I can keep", "WORK", "EMPLOYMENT"),
    ("I will see my children every week", "RELATEDNESS", "RELATIONSHIPS"),
    ("I will get on top of what I owe", "AGENCY", "FINANCES"),
    ("I will stay off drugs", "LIFE", "DRUGS"),
    ("I will learn to read well", "KNOWLEDGE", "EMPLOYMENT"),
    ("I will play football again", "PLAY", "HEALTH"),
    ("I will keep my head calm", "INNER_PEACE", "THINKING"),
]
STEPS = [
    "Ring the council",
    "Fill in the form",
    "Go to the first session",
    "Write a letter",
    "Ask the job centre",
    "Talk it over with my brother",
    "Put five pounds aside",
    "Book a place",
]
