"""Hold the rules by which figures are labelled, a few named cases each, so that none is lost again."""

import pytest

from tidings.stages.figures import read_figures

A = tuple[str, str, str]


def case(rule: str, sentence: str, *figures: A) -> object:
    """Name a case by its rule; figures are words, qualifier, measure."""
    return pytest.param(sentence, list(figures), id=rule)


RULES = [
    case("counted: people", "A bus hit two cyclists.", ("two", "exact", "other")),
    case("counted: sums", "The bridge cost $40 million.", ("$40 million", "exact", "money")),
    case("counted: per cent", "Turnout was 61.5%.", ("61.5%", "exact", "percent")),
    case("counted: fractions", "Two thirds of the wells are dry.", ("Two thirds", "exact", "percent")),
    case("counted: half", "More than half of the wells are dry.", ("half", "more_than", "percent")),
    case("counted: per cent range", "It works in 97.5%–98.5% of cases.", ("97.5%–98.5%", "exact", "percent")),
    case("not counted: years", "The bridge of 1987 fell in 2014."),
    case("not counted: decades", "The 1840's were wet."),
    case("not counted: dates", "It opens on May 3 and closes on 21 June."),
    case("not counted: times", "It closed at 10:30 and at 5 pm."),
    case("not counted: ages", "Jan Holm, 44, is gone."),
    case("not counted: age told last", "The poet died in Oslo. She was 91."),
    case("not counted: women over an age", "Women 50 and older are invited."),
    case("not counted: ordinals", "It is the third and the 21st."),
    case("not counted: durations", "They waited for two weeks and 40 hours."),
    case("not counted: prison terms", "He was given a five-year sentence."),
    case("not counted: distances", "The road is 40 km long and 12 feet wide."),
    case("not counted: temperatures", "It was 41 degrees."),
    case("not counted: magnitudes", "A magnitude 6.1 earthquake was felt."),
    case("not counted: categories", "It is a Category 4 storm."),
    case("not counted: models", "An F-16 and a Boeing 747 took off."),
    case("not counted: round of", "They reach the round of 16."),
    case("not counted: laps", "He fell out on lap 12."),
    case("not counted: scores", "The Reds won 3-1."),
    case("not counted: denied", "The mill made 40 tonnes, not 60 as the paper said.", ("40", "exact", "other")),
    case("counted: no less", "Not less than 40 men were killed.", ("40", "at_least", "killed")),
    case("not counted: ratios", "It is five times as large."),
    case("not counted: so many in so many", "The mine killed 40 men, nine in ten of them miners.", ("40", "exact", "killed")),
    case("not counted: so many people in so many", "Three in 10 people stayed."),
    case("counted: so many in as many places", "A storm kills two in 10 villages.", ("two", "exact", "killed"), ("10", "exact", "other")),
    case("not counted: hours of the day", "Two boats came ashore shortly after five in the morning.", ("Two", "exact", "other")),
    case("counted: in the morning", "A blast killed five in the morning.", ("five", "exact", "killed")),
    case("not counted: one in five", "One in five is ill, 1 in 4 is old."),
    case("not counted: one of", "It is one of the oldest."),
    case("not counted: one and the other", "Two bombs exploded, one in a market and the other near a school.", ("Two", "exact", "other")),
    case("not counted: banknotes", "Customs found a bag of 50 dollar bills."),
    case("not counted: publisher", "A dam broke. (Channel 9)"),
    case("said again in brackets", "Sixteen (16) boats left.", ("Sixteen", "exact", "other")),
    case("the six", "The six Mission 9 sailors left.", ("six", "exact", "other")),
    case("negation", "There were no injuries."),
    case("toll rises to", "The death toll rises to 71.", ("71", "exact", "killed")),
    case("toll from to", "The mayor lowered the death toll from 58 to 54.", ("58", "exact", "killed"), ("54", "exact", "killed")),
    case(
        "including has the measure of the whole",
        "At least seven miners, including a foreman and three cooks, were killed.",
        ("seven", "at_least", "killed"),
        ("three", "exact", "killed"),
    ),
    case("of them", "Nine people died, four of them children.", ("Nine", "exact", "killed"), ("four", "exact", "killed")),
    case("part of a whole", "Twelve of the 90 on board were hurt.", ("Twelve", "exact", "injured"), ("90", "exact", "other")),
    case(
        "qualifier carries over",
        "At least 20 rebels and 27 fighters are killed.",
        ("20", "at_least", "killed"),
        ("27", "at_least", "killed"),
    ),
    case(
        "qualifier does not pass a predicate",
        "At least 13 are killed and 56 wounded.",
        ("13", "at_least", "killed"),
        ("56", "exact", "injured"),
    ),
    case("N others", "At least 3 died and 5 others were hurt.", ("3", "at_least", "killed"), ("5", "exact", "injured")),
    case("another N", "Two died and another 40 fled.", ("Two", "exact", "killed"), ("40", "exact", "displaced")),
    case("over", "Over 80 trees fell.", ("80", "more_than", "other")),
    case("handed over", "The firm hands over 80 flats.", ("80", "exact", "other")),
    case("almost", "Almost 80 trees fell.", ("80", "nearly", "other")),
    case("estimated", "An estimated 80 trees fell.", ("80", "about", "other")),
    case("as high as", "The toll could yet be as high as 65.", ("65", "up_to", "killed")),
    case("a dozen", "A dozen boats left.", ("A dozen", "exact", "other")),
    case("a hundred", "A hundred boats left.", ("A hundred", "exact", "other")),
    case("between", "Between 13 and 15 boats left.", ("13 and 15", "exact", "other")),
    case("range", "Some 1,500-2,000 boats left.", ("1,500-2,000", "about", "other")),
    case("vague", "Tens of thousands marched.", ("Tens of thousands", "vague", "other")),
    case("vague scores", "A blast rocked the town, injuring scores in a market.", ("scores", "vague", "injured")),
    case("detained: stopped at sea", "The coast guard intercepted 60 migrants.", ("60", "exact", "detained")),
    case("detained: prison terms on", "The court imposed prison terms on 16 men.", ("16", "exact", "detained")),
    case("detained: beside another", "The mayor is arrested along with three aides.", ("three", "exact", "detained")),
    case("detained: held by", "Nine men held in a barn by the river sang.", ("Nine", "exact", "detained")),
    case("detained: were held", "Nine men in the town said that they were held in a barn.", ("Nine", "exact", "detained")),
    case("not detained: who held", "Nine men in the town who held lamps sang.", ("Nine", "exact", "other")),
    case(
        "not detained: they held",
        "Nine men in the town, asked by letter, said that they held meetings in barns.",
        ("Nine", "exact", "other"),
    ),
    case("displaced: forced", "Fires forced 300 people to leave their homes.", ("300", "exact", "displaced")),
    case("affected: no power", "A storm leaves 3,000 homes without power.", ("3,000", "exact", "affected")),
    case("affected: ill", "A soup sickened 40 guests.", ("40", "exact", "affected")),
    case("affected: in hospital with an illness", "Six pupils were hospitalized with food poisoning.", ("Six", "exact", "affected")),
    case("affected: cancelled", "Fog led to the cancellation of 90 trains.", ("90", "exact", "affected")),
    case("injured: taken to hospital", "Nine pupils were flown to a hospital.", ("Nine", "exact", "injured")),
    case("injured: condition", "Two are in critical condition.", ("Two", "exact", "injured")),
    case("injured: treated", "All were saved, with 23 treated for burns.", ("23", "exact", "injured")),
    case("injured: injuries to", "It caused injuries to five fans.", ("five", "exact", "injured")),
    case("killed: bodies", "Divers found 14 bodies.", ("14", "exact", "killed")),
    case("killed: one death", "At least one death was reported.", ("one", "at_least", "killed")),
    case("killed: shot dead", "Guards shot dead ten villagers.", ("ten", "exact", "killed")),
    case("killed: while fleeing", "Ten people fleeing the valley are killed.", ("Ten", "exact", "killed")),
    case("other: lives saved", "The vaccine saved the lives of 800 people.", ("800", "exact", "other")),
    case("other: rescued", "Divers rescued 11 sailors.", ("11", "exact", "other")),
    case("other: sentenced to death", "Four men were sentenced to death.", ("Four", "exact", "other")),
    case("other: claimed, not killed", "The minister claimed at least 26 boats were on parade.", ("26", "at_least", "other")),
    case("per cent wins", "10% of the homes were destroyed.", ("10%", "exact", "percent")),
]


@pytest.mark.parametrize(("sentence", "figures"), RULES)
def test_rule(sentence: str, figures: list[A]) -> None:
    """Each rule of labelling holds on a sentence of ours."""
    assert [(one.words, one.qualifier, one.measure) for one in read_figures(sentence)] == figures


def test_the_exact_value_of_each_way_to_put_it() -> None:
    """Values are in full units."""
    read = {
        one.words: one.value_low
        for one in read_figures("It cost $3.2bn, £4m, 2 1/2 million euros and a hundred thousand pesos. Half of the staff left.")
    }
    assert read == {"$3.2bn": 3.2e9, "£4m": 4e6, "2 1/2 million": 2.5e6, "a hundred thousand": 1e5, "Half": 0.5}
