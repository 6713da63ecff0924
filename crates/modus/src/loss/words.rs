//! The words that tell what became of an amount: data for the files beside it.

/// Beside an amount: it is the sum of all that went.
pub(super) const TOTAL: &[&str] =
    &["total", "totalling", "totals", "totalled", "altogether", "loss", "losses", "net", "overall", "poorer", "lighter"];

/// The same in two words, right after an amount.
pub(super) const TOTAL_AFTER: &[[&str; 2]] =
    &[["all", "told"], ["in", "all"], ["all", "in"], ["all", "together"], ["worse", "off"], ["down", "on"]];

/// The same in three.
pub(super) const TOTAL_AFTER_THREE: &[[&str; 3]] =
    &[["to", "the", "bad"], ["out", "of", "pocket"], ["by", "my", "sums"], ["by", "my", "reckoning"], ["by", "my", "count"]];

/// The same in two words, right before an amount.
pub(super) const TOTAL_BEFORE: &[[&str; 2]] = &[
    ["make", "it"],
    ["makes", "it"],
    ["comes", "to"],
    ["came", "to"],
    ["adds", "to"],
    ["adding", "to"],
    ["all", "told"],
    ["in", "all"],
    ["tot", "it"],
];

/// Words that open a sentence in which the account is closed: "So £600, and £480 on the card."
pub(super) const CLOSING: &[&str] = &["so", "net", "total", "thats", "altogether"];

/// What the bank did not get back: "every penny bar £2,000".
pub(super) const ALL_BUT: &[[&str; 2]] = &[["penny", "bar"], ["all", "bar"], ["all", "but"], ["it", "bar"], ["penny", "but"]];

/// Offered, stopped or owned, and so not lost.
pub(super) const KEPT: &[&str] = &[
    "blocked",
    "frozen",
    "froze",
    "declined",
    "refused",
    "stopped",
    "limit",
    "balance",
    "reward",
    "offered",
    "promised",
    "refund",
    "rebate",
    "tried",
    "trying",
    "attempted",
    "pending",
    "used",
    "available",
    "left",
    "supposed",
    "failed",
    "won",
    "prize",
    "waiting",
    "awaited",
    "goodwill",
    "compensation",
    "selling",
    "screen",
    "shown",
    "owned",
    "try",
    "favour",
    "award",
    "jackpot",
    "winnings",
];

/// The same, of the amount that comes after: "£250 became £1,100".
pub(super) const KEPT_BEFORE: &[&str] = &["became", "showed", "shows", "turned"];

/// Asked for, and so not lost unless it is told that it was paid.
pub(super) const ASKED: &[&str] = &[
    "wanted",
    "asked",
    "would",
    "demanded",
    "supposedly",
    "needed",
    "needs",
    "owed",
    "owing",
    "owe",
    "due",
    "arrears",
    "bail",
    "surety",
];

/// What is asked for: told as gone where anything beside it says so.
pub(super) const DUES: &[&str] = &["renew", "subscription", "fine", "tax", "more", "further"];

/// Gone to the caller.
pub(super) const GONE: &[&str] = &[
    "lost",
    "lose",
    "handed",
    "gave",
    "given",
    "paid",
    "transferred",
    "sent",
    "taken",
    "took",
    "gone",
    "withdrew",
    "drew",
    "drawn",
    "withdrawn",
    "spent",
    "moved",
    "cost",
    "bought",
    "charged",
    "invested",
    "down",
    "stolen",
    "had",
    "got",
    "out",
    "went",
    "cleared",
    "put",
    "posted",
    "worth",
    "read",
    "made",
    "theyve",
    "valued",
    "insured",
    "shifted",
    "authorised",
    "approved",
    "wired",
    "remitted",
    "coughed",
    "deposited",
    "bunged",
    "fetched",
];

/// What was done with a sum that was asked for: "… £620, refundable. He paid it by transfer."
pub(super) const SETTLED: &[&str] =
    &["paid", "sent", "gave", "transferred", "handed", "bought", "did", "moved", "drew", "withdrew", "remitted"];

/// Words by which a thing was not done.
pub(super) const NOT: &[&str] = &["not", "never", "didnt", "havent", "hasnt", "hadnt", "wouldnt", "couldnt", "wont"];

/// What was not done with a sum that was asked for.
pub(super) const PAYING: &[&str] =
    &["pay", "paid", "send", "sent", "give", "given", "buy", "bought", "do", "transfer", "transferred"];

/// Words after "left" by which the money is gone: "£11,600 left her account".
pub(super) const LEFT_FROM: &[&str] = &["my", "her", "his", "our", "the", "their", "us", "at", "on", "in", "within", "via"];

/// Words before "worth" by which a thing was only said to be worth a sum.
pub(super) const PROMISED_WORTH: &[&str] =
    &["claim", "claims", "shares", "are", "was", "were", "is", "now", "suddenly", "its", "theyre", "be"];

/// Words after one of [`SETTLED`] that take up the sum.
pub(super) const TAKING_UP: &[&str] =
    &["it", "that", "them", "this", "those", "both", "too", "up", "him", "her", "so", "by", "over", "from", "off"];

/// Words before one of [`SETTLED`] by which it was not done.
pub(super) const NOT_DONE: &[&str] = &[
    "not", "never", "didnt", "havent", "hasnt", "hadnt", "wouldnt", "couldnt", "if", "unless", "nearly", "almost", "to", "they",
];

/// Words that part two amounts of a list: what is told of the one is not told of the other.
pub(super) const TELLING: &[&str] = &[
    "total",
    "loss",
    "wanted",
    "asked",
    "blocked",
    "stopped",
    "refused",
    "declined",
    "lost",
    "paid",
    "sent",
    "took",
    "gone",
    "back",
    "returned",
    "recovered",
    "refunded",
    "promised",
    "not",
    "or",
    "out",
    "but",
    "limit",
    "minus",
    "up",
];

/// Words between two amounts that are told alike, "£500 at the garage, £500 at midnight": the first after the one before.
pub(super) const ALIKE: &[&str] =
    &["at", "on", "from", "then", "and", "to", "in", "by", "of", "here", "today", "yesterday", "cash", "the"];

/// Goods that are told with their worth: "ring £500, watch £4,000".
pub(super) const GOODS: &[&str] = &[
    "ring",
    "rings",
    "watch",
    "watches",
    "necklace",
    "brooch",
    "bracelet",
    "bangles",
    "pearls",
    "cameo",
    "signet",
    "chain",
    "gold",
    "sovereigns",
    "coins",
    "cash",
    "card",
    "handbag",
    "bag",
    "earrings",
    "locket",
    "omega",
    "rolex",
];

/// Words that may stand between the amounts of a list.
pub(super) const LISTING: &[&str] = &["and", "then", "plus", "another", "a", "further", "also", "again"];

/// Words before or after a sum by which it is another than the same sum told before.
pub(super) const ANOTHER: &[&str] = &["another", "again", "then", "further", "also"];

/// Given back.
pub(super) const RETURNED: &[&str] = &[
    "returned",
    "recovered",
    "refunded",
    "reimbursed",
    "recalled",
    "traced",
    "retrieved",
    "clawed",
    "salvaged",
    "restored",
    "reversed",
    "recouped",
];

/// The same, where they may tell of the whole.
pub(super) const RETURNED_WHOLE: &[&str] = &["returned", "refunded", "reimbursed", "recovered", "recalled", "reversed"];

/// "The whole sum", "every penny".
pub(super) const ALL_OF_IT: &[[&str; 2]] = &[
    ["whole", "sum"],
    ["full", "sum"],
    ["whole", "amount"],
    ["full", "amount"],
    ["whole", "lot"],
    ["the", "lot"],
    ["every", "penny"],
    ["in", "full"],
    ["put", "it"],
    ["put", "all"],
    ["it", "all"],
    ["all", "back"],
    ["all", "of"],
];

/// Words by which not all came back.
pub(super) const PART: &[&str] = &["first", "two", "half", "bar", "but", "except", "one", "some", "part"];

/// Words before "it back" or "me back" of what the bank did: "they got it back", "the bank has paid her back".
pub(super) const GOT_IT: &[&str] = &["got", "clawed", "pulled", "had", "called", "brought", "fetched", "won", "me", "paid"];

/// Whom the bank paid back.
pub(super) const PERSONS: &[&str] = &["me", "us", "her", "him", "them"];

/// "It came back", "has come home".
pub(super) const CAME_BACK: &[[&str; 2]] =
    &[["come", "back"], ["came", "back"], ["come", "home"], ["came", "home"], ["be", "restored"], ["is", "back"]];

/// Words after those by which a person came back, not the money.
pub(super) const CAME_FOR: &[&str] = &["for", "with", "to", "this", "on", "later", "again", "next", "asking", "wanting"];

/// Words before them by which it did not.
pub(super) const DID_NOT: &[&str] = &["not", "didnt", "wont", "never", "hasnt", "doesnt", "isnt"];

/// Stopped on its way.
pub(super) const HELD: &[&str] =
    &["froze", "frozen", "freeze", "held", "caught", "stopped", "stop", "sitting", "sat", "intercepted", "saved", "remained"];

/// Where it was stopped: at the bank that it went to, or out of what had gone.
pub(super) const FAR: &[&str] = &["receiving", "beneficiary", "recipient", "far", "other"];

/// Words after an amount by which it is part of one told before: "froze £7,400 of it".
pub(super) const OF_IT: &[[&str; 2]] = &[["of", "it"], ["of", "that"], ["of", "them"], ["of", "this"], ["from", "this"]];

/// Of "the whole sum came back": not sure, or not yet.
pub(super) const UNSURE: &[&str] = &[
    "not", "if", "whether", "will", "would", "try", "trying", "may", "might", "hope", "can", "could", "never", "want", "get",
    "probably", "ill", "id", "wont", "promised", "said",
];

/// What is paid so many times: "two payments of £3,450", "four pieces of £13,000".
pub(super) const PORTIONS: &[&str] = &[
    "payments",
    "withdrawal",
    "lots",
    "transfers",
    "withdrawals",
    "instalments",
    "bundles",
    "goes",
    "pieces",
    "chunks",
    "parts",
    "loads",
    "envelopes",
    "trips",
    "runs",
];

/// Days, by which two sums of the same height are two: "Tuesday she drew £2,000. Wednesday she drew £2,000."
pub(super) const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tues",
    "tue",
    "wed",
    "weds",
    "thurs",
    "thur",
    "thu",
    "fri",
    "sat",
    "sun",
];

/// What a sum is paid for one by one: "£50 a go", "£500 each morning".
pub(super) const UNITS: &[&str] =
    &["time", "go", "day", "morning", "night", "week", "month", "visit", "trip", "card", "session", "call", "lot", "bag"];

/// What "£50 a go" and "£500 each morning" are counted in, besides the word that stands there.
pub(super) const ROUNDS: &[&str] = &["times", "goes", "days", "mornings", "weeks", "occasions", "instalments"];

/// Words before or after a number by which it tells how many were done: "I did four", "fourteen I've counted".
pub(super) const DONE: &[&str] = &["did", "done", "counted", "approved", "bought", "made", "read", "sent"];

/// Numbers of things by their word.
pub(super) const COUNTS: &[&str] = &[
    "",
    "",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
