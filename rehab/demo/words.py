"""What the story's people are called and what they say. All of it is invented."""

GIVEN = (
    "Jordan Ash Kieran Leah Marlon Tasha Ryan Imran Declan Sophie Aaron Chantelle Lewis Bilal Megan Curtis Paige Connor Nadia Jamie "
    "Tyler Roxanne Liam Amara Scott Zara Dean Ebony Kyle Precious Nathan Gemma Hassan Courtney Reece Shannon Omar Stacey Callum Faith"
).split()
FAMILY = (
    "Ashworth Barlow Chowdhury Doyle Entwistle Farrell Greenhalgh Hussain Ibbotson Jessop Kershaw Lomax Mensah Nuttall Ogden Pickles "
    "Quigley Rahman Sutcliffe Thackray Unsworth Varley Whitaker Yates Zielinski Adeyemi Birtwistle Cropper Duxbury Eccles"
).split()
# (goal, good, need, why, first step, second step, setback)
GOALS = [
    ("I will get a place of my own", "LIFE", "ACCOMMODATION", "I sleep better when the door is mine to lock.", "Fill in the housing form", "View two rooms", "Lost the room after a row with the landlord."),
    ("I will learn to drive a forklift", "WORK", "EMPLOYMENT", "My uncle says his warehouse takes anyone with a ticket.", "Book the theory day", "Do the three-day course", "Missed the course: the bus did not come."),
    ("I will see my daughter every week", "RELATEDNESS", "RELATIONSHIPS", "She started school and I was not there.", "Write to her mum", "Ask about the contact centre", "A visit was cancelled and I got angry."),
    ("I will keep off the drink on Fridays", "INNER_PEACE", "ALCOHOL", "Fridays are when it all went wrong.", "Go to the Friday group", "Tell Mick I am not coming out", "Went out with Mick. Back on it for two days."),
    ("I will get my reading up", "KNOWLEDGE", "EMPLOYMENT", "I want to read the letters myself.", "Meet the reading mentor", "Finish the first book", "Stopped going after the others laughed."),
    ("I will sort out what I owe", "AGENCY", "FINANCES", "I hide from the post.", "Put all the letters in one bag", "See the debt adviser", "Took a loan from someone I should not have."),
    ("I will play football on Tuesdays", "PLAY", "HEALTH", "It is the only hour my head goes quiet.", "Get boots", "Turn up three weeks running", "Hurt my knee and stayed in."),
    ("I will stay away from the flats", "AGENCY", "THINKING", "Every time I go back there I end up inside.", "Move my chemist", "Plan a different way to town", "Went back for a coat and stayed the night."),
    ("I will cook for the lunch club", "COMMUNITY", "RELATIONSHIPS", "I would like to give something instead of taking.", "Meet Jean who runs it", "Do the food safety day", "Did not feel up to people."),
    ("I will get clean and stay clean", "LIFE", "DRUGS", "I am tired of it.", "See the drug worker", "Keep my script for a month", "Used once. Told my worker the next day."),
    ("I will make music again", "CREATIVITY", "THINKING", "I had a name for it once.", "Ask about studio time", "Write one new track", "Sold my laptop."),
    ("I will start my own valeting round", "WORK", "EMPLOYMENT", "Nobody gives me a job, so I will make one.", "Price up the kit", "Wash ten cars for people I know", "The van broke down."),
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
    ("Gym for three months", 60_00, "ACTIVITY", "HEALTH", "It keeps me off the street at night.", "The park gym is broken."),
    ("Valeting kit", 380_00, "ENTERPRISE", "EMPLOYMENT", "Three people said they would pay me.", "My brother will lend his van."),
    ("A cot and bedding", 145_00, "FAMILY", "RELATIONSHIPS", "So that she can stay with me.", "Asked on the swap page. Nothing yet."),
    ("Guitar strings and a stand", 34_00, "ACTIVITY", "THINKING", "It is what I do instead.", "The guitar is mine already."),
]  # fmt: skip
REFUSALS = [
    "This is more than the course costs elsewhere. Ask again with the college's price and I will look the same day.",
    "The housing team can pay this for you. Priya will help you ask them first.",
]
APPROVALS = [
    "This is what the plan is for. Good luck.",
    "You tried without money first, and the goal is yours. Yes.",
    "It costs less than the trouble it saves. Yes.",
]
NOTES = [
    "Talked about the week. Bright and on time.", "Rent is up to date. Wants to talk about work next time.", "Low. We rang the surgery together.",
    "Came with his sister. Plan is on the fridge, she says.", "Went through the letters. Two can wait, one we answered.", "Quiet today, but stayed the full hour.",
    "Good news: a start date.", "Walked to the centre together so that the way is known.",
]  # fmt: skip
