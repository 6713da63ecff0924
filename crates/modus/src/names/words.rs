//! Lists of words about names.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Words that lead to the caller's name.
pub(super) const CALLED: [&str; 7] = ["called", "named", "name", "names", "calling", "surname", "calls"];
/// Words with a capital that name no person.
pub(super) static NO_NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october \
    november december mum dad mother father nan gran grandma grandad police bank met barclays lloyds natwest hsbc santander \
    halifax nationwide tsb monzo amazon microsoft hmrc bt sky openreach talktalk royal hermes dpd evri visa mastercard rolex \
    fraud security london scotland hammersmith yard officer detective inspector prime paypal apple google operation the my a an \
    i he she it they no yes hello hi madam sir virgin media windows british gas trading standards home office border force safe \
    anydesk teamviewer id im ive hed hes shed shes theyd theyre well mon tue tues wed weds thu thurs fri sat sun fee papa both \
    wise chase revolut starling barclaycard clydesdale vodafone toyota ford vauxhall skoda volkswagen mercedes prius golf \
    harrods selfridges currys argos tesco asda waitrose lewisham croydon kingston leicester florida spain manchester birmingham \
    leeds luton ilford wembley slough victoria paddington holborn kensington westminster brixton southwark lagos pcso secure \
    vault united grandson granddaughter daughter son auntie uncle doctor nhs dvla tv aviva prudential norton mcafee zoom ebay vinted \
    facebook whatsapp telegram binance coinbase kraken moneygram western union octopus ovo npower eon edf thames giffgaff plusnet metro \
    yodel ups fedex parcelforce nectar geordie scouse scottish welsh irish asian indian english american african polish cardiff swansea \
    newport bristol glasgow edinburgh liverpool newcastle nottingham sheffield bradford hull coventry derby norwich ipswich belfast \
    aberdeen dundee wrexham bangor harrogate official secrets inft infmt informant"
        .split_ascii_whitespace()
        .collect()
});
/// Where the caller says that he works.
pub(super) static WORKPLACES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "fraud bank security police team hmrc department visa barclays lloyds natwest hsbc santander halifax nationwide microsoft bt \
    amazon met yard cid talktalk sky virgin revenue dvla customs tsb monzo fca nca support unit crime prevention office scotland yard head action \
    openreach desk technical services building society post"
    .split_ascii_whitespace()
    .collect()
});
/// Styles that are no police rank, before a name with a capital: "Agent Rowe", "Bailiff Thornton".
pub(super) const STYLES: [&str; 9] =
    ["agent", "captain", "colonel", "bailiff", "major", "judge", "barrister", "lieutenant", "marshal"];
/// What follows the name of a home, a firm or a street.
pub(super) const PLACES: [&str; 17] = [
    "nursing", "surgery", "court", "lodge", "street", "road", "lane", "avenue", "arcade", "hospital", "station", "market",
    "centre", "school", "club", "hotel", "library",
];
/// Work that a name is told with: "Paul Denby, security at the bank".
pub(super) const WORK: [&str; 14] = [
    "security",
    "fraud",
    "accounts",
    "account",
    "investigator",
    "head",
    "compliance",
    "customer",
    "senior",
    "claims",
    "card",
    "loss",
    "technical",
    "legal",
];
/// What ends the name of a firm.
pub(super) const FIRMS: [&str; 36] = [
    "recruitment",
    "coins",
    "toys",
    "ventures",
    "protect",
    "wealth",
    "capital",
    "energy",
    "solutions",
    "services",
    "trading",
    "finance",
    "financial",
    "holdings",
    "group",
    "investments",
    "investment",
    "securities",
    "recovery",
    "solar",
    "media",
    "direct",
    "bank",
    "inn",
    "partners",
    "law",
    "legal",
    "insurance",
    "homes",
    "shield",
    "secure",
    "support",
    "compliance",
    "markets",
    "claims",
    "pay",
];
/// What somebody on the telephone does.
pub(super) const RINGS: [&str; 9] =
    ["rang", "rings", "phoned", "phones", "called", "calls", "telephoned", "telephones", "ringing"];
/// Who a name stands beside, after a comma or a "was": "a woman, Sandra I think".
pub(super) static PERSONS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "lady woman man girl chap bloke fella lad gentleman colleague mate voice male female boy barrister solicitor officer handler \
    manager agent engineer policeman detective adviser advisor caller supervisor boss broker director liaison"
        .split_ascii_whitespace()
        .collect()
});
/// Words beside a name that may be one, though none says that it is the caller's.
pub(super) struct Heads {
    /// As ranks are: before a name, and part of it.
    pub(super) ranks: [&'static str; 12],
    /// The same where they have a capital: "Supervisor Victoria", but "his supervisor Victoria".
    pub(super) roles: [&'static str; 12],
    /// What stands before a rank, with a capital: "Acting", "Tax Officer".
    pub(super) before_ranks: [&'static str; 16],
    /// What goes on a rank, and is another word elsewhere: "Det Con".
    pub(super) after_ranks: [&'static str; 4],
    /// Ranks that "police" is part of: "Police Cadet Becky", but "the police, DC Holmes".
    pub(super) of_police: [&'static str; 8],
    /// Ranks as letters with full stops: "D.I. Hobbs".
    pub(super) dotted: [&'static str; 8],
    /// As titles are, with a capital.
    pub(super) titles: [&'static str; 13],
    /// What a person does, after a name at the start of a sentence that is a word as well.
    pub(super) acts: [&'static str; 34],
}
pub(super) static HEADS: Heads = Heads {
    ranks: [
        "agent",
        "captain",
        "colonel",
        "bailiff",
        "major",
        "judge",
        "barrister",
        "lieutenant",
        "marshal",
        "commander",
        "cmdr",
        "consul",
    ],
    roles: [
        "prosecutor",
        "supervisor",
        "commissioner",
        "technician",
        "clerk",
        "justice",
        "attorney",
        "investigator",
        "capt",
        "lt",
        "gen",
        "general",
    ],
    before_ranks: [
        "custody",
        "duty",
        "acting",
        "special",
        "temporary",
        "enforcement",
        "immigration",
        "senior",
        "investigating",
        "tax",
        "fraud",
        "court",
        "compliance",
        "customs",
        "crown",
        "revenue",
    ],
    after_ranks: ["con", "gen", "col", "supt"],
    of_police: ["cadet", "mister", "sergeant", "sgt", "constable", "inspector", "superintendent", "commander"],
    dotted: ["dc", "di", "ds", "dci", "dcs", "pc", "ps", "wpc"],
    titles: [
        "father",
        "sister",
        "reverend",
        "rev",
        "lady",
        "lord",
        "madam",
        "monsignor",
        "brother",
        "fr",
        "canon",
        "pastor",
        "professor",
    ],
    acts: [
        "from",
        "at",
        "of",
        "in",
        "said",
        "says",
        "told",
        "tells",
        "asked",
        "asks",
        "wanted",
        "wants",
        "rang",
        "rings",
        "phoned",
        "phones",
        "called",
        "calls",
        "explained",
        "put",
        "puts",
        "had",
        "has",
        "kept",
        "got",
        "took",
        "was",
        "would",
        "then",
        "came",
        "knew",
        "gave",
        "goes",
        "warned",
    ],
};
