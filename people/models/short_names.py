"""Given names and their common short forms, so that a search for Mike finds Michael."""

from __future__ import annotations

# Each line is of one name: whoever types one of these may mean any other.
_NAMES = """
abigail abi abbie gail
adam ad
agnes aggie nessie
albert al bert bertie
alexander alex alec al sandy xander
alexandra alex sandra sandy lexi
alfred alf alfie fred
alison ali
amanda mandy
andrew andy drew
angela angie ange
ann anne annie anna
anthony antony tony ant
antonia toni
arthur art
barbara babs barb
benjamin ben benny benji
bernard bernie
bridget bridie biddy
bronwen bron
caroline carrie caz
catherine katherine kathryn kate katie kathy cathy kat cath
charles charlie chas chuck
charlotte charlie lottie
christina chrissie tina
christine chris chrissie
christopher chris kit topher
clifford cliff
daniel dan danny
daniella danielle dani
darren daz
david dave davy dai
deborah debra deb debbie
dennis denny den
derek del
desmond des
dominic dom
donald don donnie
dorothy dot dotty
douglas doug dougie
edward ed eddie ted teddy ned
eleanor ellie nell nora
elizabeth liz lizzie beth betty libby eliza bess
emily em emmy
ernest ernie
eugene gene
florence flo florrie
frances fran frankie
francis frank frankie
frederick fred freddie
gareth gaz gary
gary gaz
gavin gav
geoffrey jeffrey geoff jeff
george georgie
georgina georgie gina
gerald gerry jerry
gerard gerry ged
gillian gill jill
graham grahame
gregory greg
gwendolyn gwen
hannah han
harold harry hal
harriet hattie
helen nell ellen
henry harry hal hank
howard howie
hugh hughie huw
ian iain
isabel isabella izzy bella
jacob jake
jacqueline jackie jacqui
james jim jimmy jamie jem
janet jan
jason jase
jean jeanie
jennifer jen jenny
jeremy jez jerry jem
jessica jess jessie
joanna joanne jo joey
john johnny jack jon
jonathan jon jonny
joseph joe joey
josephine jo josie
joshua josh
judith judy jude
julia julie jules
julian jules
karen kaz
kenneth ken kenny
kevin kev
kimberley kim
laurence lawrence larry laurie
leonard len lenny
leslie les
lewis louis lew lou
lillian lily
linda lynda lindy
louise lou
lucy lou
malcolm mal
margaret maggie meg peggy marge madge greta
mark marc
martin martyn marty
mary molly polly
matthew matt matty
maureen mo
maurice mo
melanie mel
melissa mel
michael mike mick micky mickey mikey
michelle shell chelle
mohammed muhammad mohamed mohammad muhammed mo
nancy nan
natalie nat
natasha tash tasha
nathan nate
nathaniel nathan nate nat
neil neal
nicholas nick nicky nico
nicola nicky nikki
norman norm
oliver olly ollie
olivia liv livvy
pamela pam
patricia pat patsy trish tricia
patrick pat paddy
paul paulie
pauline paula
peter pete
philip phillip phil pip
philippa pippa pip
rachel rach
raymond ray
rebecca becky bex becca
reginald reg reggie
rhiannon rhi
richard rick ricky dick rich richie
robert rob bob robbie bobby bert
roderick rod roddy
rodney rod
roger rodge
ronald ron ronnie
rosemary rose rosie
rupert rup
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally
sean shaun shawn
sharon shaz
sidney sydney sid
simon si
sophia sophie soph
stanley stan
stephanie steph
stephen steven steve stevie ste
stuart stewart stu
susan sue susie suzie
suzanne sue suzie
sylvia syl
terence terry tel
teresa theresa tess tessa terri
thomas tom tommy
timothy tim timmy
tobias toby
tracey tracy trace
trevor trev
valerie val
veronica ronnie
victor vic
victoria vicky vic tori
vincent vince vinny
violet vi
vivian viv
walter wally walt
wayne waz
wilfred wilf
william will bill billy willy liam
winifred win winnie
yvonne von
zachary zac zack zak
"""
_FORMS: dict[str, list[str]] = {}
for line in _NAMES.split("\n"):
    for word in line.split():
        _FORMS[word] = sorted({*_FORMS.get(word, []), *line.split()} - {word})


def forms_of(word: str) -> list[str]:
    """Other forms of the name that this word is, in small letters; none where it is no such name."""
    return _FORMS.get(word.lower(), [])
