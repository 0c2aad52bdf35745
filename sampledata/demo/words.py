"""What the story's people are called and what they say. All of it is invented."""

GIVEN = [
    "Jordan",
    "Ash",
    "Kieran",
    "Leah",
    "Marlon",
    "Tasha",
    "Ryan",
    "Imran",
    "Declan",
    "Sophie",
    "Aaron",
    "Chantelle",
    "Lewis",
    "Bilal",
    "Megan",
    "Curtis",
    "Paige",
    "Connor",
    "Nadia",
    "Jamie",
    "Tyler",
    "Roxanne",
    "Liam",
    "Amara",
    "Scott",
    "Zara",
    "Dean",
    "Ebony",
    "Kyle",
    "Precious",
    "Nathan",
    "Gemma",
    "Hassan",
    "Courtney",
    "Reece",
    "Shannon",
    "Omar",
    "Stacey",
    "Callum",
    "Faith",
]
WOMEN = {
    "Leah", "Tasha", "Sophie", "Chantelle", "Megan", "Paige", "Nadia", "Roxanne", "Amara", "Zara", "Ebony", "Precious",
    "Gemma", "Courtney", "Shannon", "Stacey", "Faith",
}  # fmt: skip
FAMILY = [
    "Ashworth",
    "Barlow",
    "Chowdhury",
    "Doyle",
    "Entwistle",
    "Farrell",
    "Greenhalgh",
    "Hussain",
    "Ibbotson",
    "Jessop",
    "Kershaw",
    "Lomax",
    "Mensah",
    "Nuttall",
    "Ogden",
    "Pickles",
    "Quigley",
    "Rahman",
    "Sutcliffe",
    "Thackray",
    "Unsworth",
    "Varley",
    "Whitaker",
    "Yates",
    "Zielinski",
    "Adeyemi",
    "Birtwistle",
    "Cropper",
    "Duxbury",
    "Eccles",
]
# (goal, good, need, why, first step, second step, setback, how it helped)
GOALS = [
    ("I will get a place of my own", "LIFE", "ACCOMMODATION", "I sleep better when the door is mine to lock.", "Fill in the housing form", "View two rooms", "Lost the room after a row with the landlord.", "I have a key. I sleep."),
    ("I will learn to drive a forklift", "WORK", "EMPLOYMENT", "My uncle says his warehouse takes anyone with a ticket.", "Book the theory day", "Do the three-day course", "Missed the course: the bus did not come.", "I passed. My uncle has a shift for me."),
    ("I will see my daughter every week", "RELATEDNESS", "RELATIONSHIPS", "She started school and I was not there.", "Write her a letter", "Ask about the contact centre", "A visit was cancelled and I got angry.", "She runs to the door now."),
    ("I will keep off the drink on Fridays", "INNER_PEACE", "ALCOHOL", "Fridays are when it all went wrong.", "Go to the Friday group", "Tell Mick I am not coming out", "Went out with Mick. Back on it for two days.", "I wake up on Saturdays and know what I did."),
    ("I will get my reading up", "KNOWLEDGE", "EMPLOYMENT", "I want to read the letters myself.", "Meet the reading mentor", "Finish the first book", "Stopped going after the others laughed.", "I read the letter from the council myself."),
    ("I will sort out what I owe", "AGENCY", "FINANCES", "I hide from the post.", "Put all the letters in one bag", "See the debt adviser", "Took a loan from someone I should not have.", "I open the post."),
    ("I will play football on Tuesdays", "PLAY", "HEALTH", "It is the only hour my head goes quiet.", "Get boots", "Turn up three weeks running", "Hurt my knee and stayed in.", "I have mates who do not ask me for anything."),
    ("I will stay away from the flats", "AGENCY", "THINKING", "Every time I go back there I end up inside.", "Move my chemist", "Plan a different way to town", "Went back for a coat and stayed the night.", "I have not been back since March."),
    ("I will cook for the lunch club", "COMMUNITY", "RELATIONSHIPS", "I would like to give something instead of taking.", "Meet Jean who runs it", "Do the food safety day", "Did not feel up to people.", "Thirty people ate what I made."),
    ("I will get clean and stay clean", "LIFE", "DRUGS", "I am tired of it.", "See the drug worker", "Keep my script for a month", "Used once. Told my worker the next day.", "My head is my own."),
    ("I will make music again", "CREATIVITY", "THINKING", "I had a name for it once.", "Ask about studio time", "Write one new track", "Sold my laptop.", "Played it to my sister. She cried."),
    ("I will start my own valeting round", "WORK", "EMPLOYMENT", "Nobody gives me a job, so I will make one.", "Price up the kit", "Wash ten cars for people I know", "The van broke down.", "Eleven cars last week."),
]  # fmt: skip
STRENGTHS = [
    ("SELF", "I am good with my hands"), ("SELF", "I get up early"), ("SELF", "I make people laugh"), ("SELF", "I can cook"),
    ("FAMILY", "My nan lets me stay at weekends"), ("FAMILY", "My sister keeps my papers safe"), ("FAMILY", "My brother has a van"),
    ("NETWORKS", "Mr Patel at the shop trusts me"), ("NETWORKS", "My old boss would give me a reference"),
    ("COMMUNITY", "The boxing club on Mill Street"), ("COMMUNITY", "The library is warm and quiet"), ("COMMUNITY", "St Luke's lunch club"),
]  # fmt: skip
# (what, pence, purpose, need, why, without money)
ASKS = [
    ("Deposit for a room", 450_00, "HOME", "ACCOMMODATION", "The landlord will hold it for a week.", "My nan can lend a bed until then, no longer."),
    ("Work boots and a hi-vis", 68_50, "CLOTHING", "EMPLOYMENT", "I start Monday and cannot start without them.", "Asked the job centre. They said three weeks."),
    ("Forklift course", 295_00, "WORK", "EMPLOYMENT", "With the ticket I have a job.", "My uncle will drive me there."),
    ("Bus pass for three months", 174_00, "TRAVEL", "RELATIONSHIPS", "The contact centre is two buses away.", "I walked the first time. It took two hours."),
    ("Six counselling sessions", 270_00, "COUNSELLING", "HEALTH", "The waiting list is nine months.", "I talk to my sister, but it is not fair on her."),
    ("Reading lessons", 120_00, "LEARNING", "EMPLOYMENT", "I want to read the letters myself.", "The library has a group, but it is full."),
    ("A phone I can be reached on", 89_00, "CONNECTION", "FINANCES", "They ring me and I miss it.", "I share my mum's."),
    ("Birth certificate", 12_50, "CONNECTION", "FINANCES", "I cannot open a bank account without it.", "Looked at home. It is lost."),
    ("Boxing club for three months", 60_00, "ACTIVITY", "HEALTH", "It keeps me off the street, and they start at six.", "The park gym is broken."),
    ("Valeting kit", 380_00, "ENTERPRISE", "EMPLOYMENT", "Three people said they would pay me.", "My brother will lend his van."),
    ("A cot and bedding", 145_00, "FAMILY", "RELATIONSHIPS", "So that she can stay with me.", "Asked on the swap page. Nothing yet."),
    ("Football boots and shin pads", 55_00, "ACTIVITY", "HEALTH", "Everyone else has boots. I slip about in trainers.", "The club lent me a pair. They were two sizes too small."),
    ("A second-hand bike and a lock", 120_00, "TRAVEL", "THINKING", "So that I can go round the estate and not through it.", "My mate's is bent. I walk, and the short way is past the flats."),
    ("Food safety course", 40_00, "LEARNING", "EMPLOYMENT", "Jean cannot let me in the kitchen without it.", "The lunch club would pay half, but not until spring."),
    ("Guitar strings and a stand", 34_00, "ACTIVITY", "THINKING", "It is what I do instead.", "The guitar is mine already."),
]  # fmt: skip
# Who sells what needs no referral.
SOLD_BY = {
    "Deposit for a room": "Harbour Lettings", "Work boots and a hi-vis": "Northbridge Workwear",
    "Bus pass for three months": "Northbridge Buses", "A phone I can be reached on": "Second Ring Phones",
    "Birth certificate": "The register office", "Valeting kit": "Car Care Supplies",
    "A cot and bedding": "The Baby Bank shop", "Football boots and shin pads": "Mill Street Sports",
    "A second-hand bike and a lock": "Canal Street Bikes", "Guitar strings and a stand": "Fretwork Music",
}  # fmt: skip
# What helps with each goal, in the order in which it is asked for.
SERVES = {
    "I will get a place of my own": ["Deposit for a room"],
    "I will learn to drive a forklift": ["Forklift course", "Work boots and a hi-vis"],
    "I will see my daughter every week": ["Bus pass for three months", "A cot and bedding"],
    "I will keep off the drink on Fridays": ["Six counselling sessions"],
    "I will get my reading up": ["Reading lessons"],
    "I will sort out what I owe": ["Birth certificate", "A phone I can be reached on"],
    "I will play football on Tuesdays": ["Football boots and shin pads"],
    "I will stay away from the flats": ["A second-hand bike and a lock"],
    "I will cook for the lunch club": ["Food safety course"],
    "I will get clean and stay clean": ["Six counselling sessions", "Boxing club for three months"],
    "I will make music again": ["Guitar strings and a stand"],
    "I will start my own valeting round": ["Valeting kit"],
}
GIVEN_BY_SERVICES = {  # a word of the service's name
    "Deposit for a room": "deposit", "Six counselling sessions": "talking", "Reading lessons": "reading",
    "Forklift course": "forklift", "Food safety course": "food safety", "Valeting kit": "valeting",
    "Boxing club for three months": "boxing",
}  # fmt: skip
REFUSALS = [
    "This is more than the course costs elsewhere. Ask again with the college's price and I will look the same day.",
    "The housing team can pay this for you. Priya will help you ask them first.",
]
APPROVALS = [
    "This is what the plan is for. Good luck.",
    "You tried without money first, and the goal is yours. Yes.",
    "It costs less than the trouble it saves. Yes.",
]
NEXT_TRIES = [
    "Call again in the morning, then call round",
    "Call round after work, with a colleague",
    "Ask the drop-in whether they have been",
    "Write, and ask the drop-in to pass it on",
]
NOTES = {  # by the kind of meeting
    "OFFICE": [
        "Talked about the week. Bright and on time.", "Rent is up to date. Wants to talk about work next time.",
        "Went through the letters. Two can wait, one we answered.", "Quiet today, but stayed the full hour.",
        "Low. We rang the surgery together.", "Good news: a start date.",
    ],
    "PHONE": [
        "Picked up at the second ring. A good week.", "Short: on the bus. Will bring the letter on Monday.",
        "Talked about the row with the neighbour, and what to do next time.", "Slept badly. We spoke about the surgery.",
        "Rent is up to date. Wants to talk about work next time.",
    ],
    "HOME": [
        "The flat is tidy. The plan is on the fridge.", "Made tea. Showed me the new curtains.",
        "The heating is off. We rang the landlord together.", "Quiet. Glad that somebody came.",
    ],
    "CUSTODY": [
        "Talked about the first week out, and where to sleep.", "Has a place on the kitchen course. Sleeps better.",
        "Worried about the letters that wait at home. We made a list.", "Asked how the family is. Wrote to them on Sunday.",
    ],
    "INITIAL": ["The first meeting. We went through what the order asks, and what matters to them."],
}  # fmt: skip
OF_VOLUNTEERS = [
    "Tea and a walk. In good spirits.", "Went to the library together and got a card.", "Talked about football, mostly.",
    "Filled in the form for the bus pass.", "Rained. We sat in the café and did the crossword.", "Walked the dog by the canal.",
]  # fmt: skip
STORIES = [
    "I was doing all right until I was not. I want it to stop going round.",
    "I left school at fourteen and ran with older lads. I am tired of looking over my shoulder.",
    "When my dad died I stopped caring. I would like to be somebody he would nod at.",
    "Drink took the job, then the flat. I am starting from the floor up.",
    "I have been told what is wrong with me since I was nine. I want to be asked what is right.",
    "I was good at something once. I want to find out if I still am.",
]
GIVES = [
    "I can help someone move house, or listen.", "I can cook for a lot of people.", "I can show the young ones how not to do it.",
    "I can fix bikes.", "I can sit with someone on a bad night.", "I can paint and put up shelves.",
]  # fmt: skip
RESTS_ON = [
    "From the interview, the court report and what the police told us.",
    "From two interviews and the prison's own notes.",
    "From the interview and the last order's file. Nothing from health yet.",
    "From the court report and a call with the family.",
]
HANDED_OVER = [
    "Settled on the wing. Worried about where to sleep. Knows the day and place of the first meeting.",
    "Did the kitchen course. Wants to see the family first, then us. Has our number.",
    "Kept out of trouble since the spring. No visits for a month. Has been told where to come and when.",
]
LONGER = ["a month", "six weeks more", "two months more"]
MOTHERS = ["Maureen", "Denise", "Yasmin", "Carol", "Bernadette", "Lorraine"]
STREETS = ["Mill Street", "Canal Row", "Park View", "Chapel Lane", "Albert Terrace", "Moss Road", "Brook Street"]
SHOWED = [
    "Came to all six meetings, twice on a day when the buses were off. Rang when late.",
    "Finished the kitchen course inside and has kept the job at the café for five weeks.",
    "Has been to every group since March, and brought a mate along to the last one.",
    "Paid back what was owed on the rent, a bit each week, without being asked.",
]

# What people say of what was bought, by turns; the last says nothing.
HELPED = [
    ("A_LOT", "I would not be there without it."), ("A_LOT", ""), ("A_BIT", "It was smaller than in the picture."),
    ("NOT", "The class was moved to a time when I work."), ("", ""),
]  # fmt: skip

NOT_YET = "Two of the first four meetings were missed. It is early: I would like to see a month before I say so."
LOOK_AGAIN = "I missed them because I was moved twice. I rang both times, and the hostel wrote it in its book."
SEEN_AGAIN = "The hostel’s book has both calls, and the notes here have one. Came to all since, and has begun the kitchen course."
