//! The questions of the report form, in order, as data.

/// A question page.
pub(crate) struct Screen {
    /// Its address.
    pub(crate) id: &'static str,
    /// The question: the page's heading.
    pub(crate) title: &'static str,
    /// A line below it.
    pub(crate) hint: &'static str,
    /// Its fields.
    pub(crate) fields: &'static [Field],
}

/// A field.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) kind: Kind,
    /// What the error summary says when it is empty; `None` where it may be.
    pub(crate) required: Option<&'static str>,
}

/// How a field is asked.
pub(crate) enum Kind {
    /// One of these: value, words.
    One(&'static [(&'static str, &'static str)]),
    /// Any of these.
    Many(&'static [(&'static str, &'static str)]),
    /// A line, with its autocomplete purpose.
    Line(&'static str),
    /// A telephone number, with its autocomplete purpose.
    Phone(&'static str),
    /// An e-mail address.
    Email,
    /// A sum of money, about.
    Money,
    /// Lines.
    Lines,
}

impl Field {
    /// The answers to choose from; none for a field that is typed.
    pub(crate) fn options(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            Kind::One(options) | Kind::Many(options) => options,
            _ => &[],
        }
    }
}

/// A field that may be left out.
const fn optional(name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Field {
    Field { name, label, hint, kind, required: None }
}

/// The screens, in order.
pub(crate) const SCREENS: &[Screen] = &[
    Screen {
        id: "danger",
        title: "Is the caller still on the line, or is someone coming to your home?",
        hint: "",
        fields: &[Field {
            name: "danger",
            label: "",
            hint: "",
            kind: Kind::One(&[
                ("caller_on_line", "Yes, the caller is on the line"),
                ("courier_expected", "Yes, someone is coming"),
                ("courier_present", "Yes, someone is here now"),
                ("no", "No"),
            ]),
            required: Some("Say whether the caller is on the line or someone is coming"),
        }],
    },
    Screen {
        id: "given",
        title: "Did you give or send them anything in the last 24 hours?",
        hint: "Money, a card, a PIN, passwords, or a way into your computer.",
        fields: &[Field {
            name: "given",
            label: "",
            hint: "",
            kind: Kind::One(&[
                ("no", "No"),
                ("money", "Yes, money or goods"),
                ("card", "Yes, a card or PIN"),
                ("details", "Yes, bank or personal details"),
                ("earlier", "Yes, but more than 24 hours ago"),
            ]),
            required: Some("Say whether you gave them anything"),
        }],
    },
    Screen {
        id: "story",
        title: "What happened?",
        hint: "Use your own words. Tell us what they said and what they asked for. Do not write your PIN or passwords.",
        fields: &[Field {
            name: "narrative",
            label: "",
            hint: "",
            kind: Kind::Lines,
            required: Some("Tell us what happened, even in a few words"),
        }],
    },
    Screen {
        id: "when-and-where",
        title: "When was the call, and where do you live?",
        hint: "",
        fields: &[
            Field {
                name: "when",
                label: "When was the call?",
                hint: "",
                kind: Kind::One(&[
                    ("today", "Today"),
                    ("yesterday", "Yesterday"),
                    ("week", "In the last week"),
                    ("earlier", "Before that, or not sure"),
                ]),
                required: Some("Say when the call was"),
            },
            Field {
                name: "place",
                label: "Postcode or town",
                hint: "For example AL1 3JQ, or St Albans",
                kind: Kind::Line("postal-code"),
                required: Some("Enter a postcode or town"),
            },
        ],
    },
    Screen {
        id: "caller",
        title: "What do you know about the caller?",
        hint: "Leave out what you do not know.",
        fields: &[
            Field {
                name: "claimed",
                label: "Who did they say they were?",
                hint: "Choose all that apply",
                kind: Kind::Many(&[
                    ("police", "The police"),
                    ("bank", "A bank"),
                    ("hmrc", "The tax office (HMRC)"),
                    ("telecom", "A phone or broadband company"),
                    ("tech_support", "Computer support"),
                    ("retailer", "A shop or online shop"),
                    ("other", "Someone else"),
                ]),
                required: None,
            },
            Field { name: "name", label: "What name did they use?", hint: "", kind: Kind::Line("off"), required: None },
            Field {
                name: "number_shown",
                label: "What number did your phone show?",
                hint: "Or leave this empty if it was hidden",
                kind: Kind::Phone("off"),
                required: None,
            },
            Field {
                name: "callback",
                label: "What number did they tell you to ring?",
                hint: "If they gave you one",
                kind: Kind::Phone("off"),
                required: None,
            },
        ],
    },
];

/// The fields below the answers on the last page: whom it is about, and contact if one wishes.
pub(crate) const LAST: &[Field] = &[
    Field {
        name: "role",
        label: "Who is this report about?",
        hint: "",
        kind: Kind::One(&[
            ("target", "Me: I had the call"),
            ("relative_or_carer", "Someone I help or care for"),
            ("neighbour", "A neighbour"),
            ("professional", "Someone I met at work"),
            ("other", "Someone else"),
        ]),
        required: Some("Say who the report is about"),
    },
    optional("your_name", "Your name", "You do not have to tell us who you are", Kind::Line("name")),
    optional("your_phone", "Your phone number", "If you wish us to ring you", Kind::Phone("tel")),
    optional("your_email", "Your e-mail address", "If you wish us to write to you", Kind::Email),
];

/// The questions after sending, all optional, one a page.
pub(crate) const MORE: &[Screen] = &[
    Screen {
        id: "more-story",
        title: "What story did they tell?",
        hint: "Choose all that apply.",
        fields: &[optional(
            "pretext",
            "",
            "",
            Kind::Many(&[
                ("card_misused", "Someone had used my bank card"),
                ("account_compromised", "My bank account was not safe"),
                ("corrupt_bank_staff", "Someone at my bank was a criminal"),
                ("counterfeit_cash", "My bank or shop was giving out false money"),
                ("suspect_arrested", "They had arrested someone with my details"),
                ("family_in_custody", "Someone in my family was in trouble"),
                ("tax_debt", "I owed tax"),
                ("refund", "I was due a refund"),
                ("parcel", "It was about a parcel"),
                ("device_infected", "My computer or broadband was at risk"),
                ("investment", "It was about an investment"),
                ("other", "Something else"),
            ]),
        )],
    },
    Screen {
        id: "more-tricks",
        title: "Did they do any of these?",
        hint: "Choose all that apply.",
        fields: &[optional(
            "trick",
            "",
            "",
            Kind::Many(&[
                ("call_back_number_given", "Told me to ring a number to check who they were"),
                ("line_held_open", "Stayed on the line when I rang it"),
                ("second_officer", "Passed me to someone else, such as a second officer"),
                ("knew_personal_details", "Knew things about me"),
                ("helping_investigation", "Asked me to help an investigation"),
                ("secrecy", "Told me to keep it secret"),
                ("told_to_lie_to_bank", "Told me to lie to my bank or to a shop"),
                ("password_for_courier", "Gave me a password for the person who would come"),
                ("kept_on_line", "Kept me on the phone for a long time"),
                ("threat", "Threatened me"),
            ]),
        )],
    },
    Screen {
        id: "more-wanted",
        title: "What did they want?",
        hint: "Choose all that apply.",
        fields: &[
            optional(
                "demand",
                "They asked me for",
                "",
                Kind::Many(&[
                    ("withdraw_cash", "Cash from the bank"),
                    ("foreign_currency", "Foreign money"),
                    ("luxury_goods", "Watches, jewellery or other goods"),
                    ("gold", "Gold"),
                    ("bank_card", "My bank card"),
                    ("pin", "My PIN"),
                    ("bank_transfer", "A bank transfer"),
                    ("gift_cards", "Gift cards"),
                    ("remote_access", "A way into my computer"),
                    ("personal_details", "Personal details"),
                    ("other", "Something else"),
                ]),
            ),
            optional(
                "handover",
                "It was to go to them by",
                "",
                Kind::Many(&[
                    ("courier_at_home", "Someone who came to my home"),
                    ("taxi", "A taxi"),
                    ("meeting", "A meeting"),
                    ("post", "Post"),
                    ("bank_branch", "A bank branch"),
                    ("online", "The internet"),
                ]),
            ),
        ],
    },
    Screen {
        id: "more-loss",
        title: "How did it end?",
        hint: "",
        fields: &[
            optional(
                "outcome",
                "What happened in the end?",
                "",
                Kind::One(&[
                    ("recognised_hung_up", "I saw what it was and hung up"),
                    ("challenged", "I asked them questions and they gave up"),
                    ("gave_details_only", "I gave them details but no money or card"),
                    ("stopped_by_bank", "My bank or a shop stopped it"),
                    ("stopped_by_third_party", "Someone else stopped it"),
                    ("handover_attempted", "They came, but got nothing"),
                    ("paid", "They got money, goods or a card"),
                ]),
            ),
            optional("loss", "About how much was lost?", "In pounds. A rough sum will do, for example 2,500", Kind::Money),
        ],
    },
    Screen {
        id: "more-bank",
        title: "Does your bank know?",
        hint: "",
        fields: &[
            optional(
                "bank_told",
                "Have you told your bank?",
                "",
                Kind::One(&[("yes", "Yes"), ("no", "No, or not yet"), ("unsure", "I am not sure")]),
            ),
            optional("bank_name", "Which bank is it?", "", Kind::Line("off")),
        ],
    },
    Screen {
        id: "more-you",
        title: "Is there anything we should know about the person who was called?",
        hint: "It helps us to ring those first who need it most. We never publish it.",
        fields: &[
            optional(
                "age_band",
                "How old are they?",
                "",
                Kind::One(&[
                    ("under_18", "Under 18"),
                    ("18_24", "18 to 24"),
                    ("25_34", "25 to 34"),
                    ("35_44", "35 to 44"),
                    ("45_54", "45 to 54"),
                    ("55_64", "55 to 64"),
                    ("65_74", "65 to 74"),
                    ("75_84", "75 to 84"),
                    ("85_plus", "85 or over"),
                ]),
            ),
            optional(
                "vulnerability",
                "Do any of these fit?",
                "",
                Kind::Many(&[
                    ("lives_alone", "Lives alone"),
                    ("memory_loss", "Has trouble with memory"),
                    ("recent_bereavement", "Has lost someone close not long ago"),
                    ("ill_health", "Is ill"),
                    ("disability", "Has a disability"),
                    ("repeat_target", "Has had calls like this before"),
                    ("carer_dependent", "Depends on a carer"),
                ]),
            ),
            optional(
                "needs",
                "How should we write or speak to you?",
                "",
                Kind::Many(&[
                    ("large_print", "Large print"),
                    ("easy_read", "Easy read"),
                    ("bsl", "British Sign Language"),
                    ("text_relay", "Text relay"),
                    ("interpreter", "With an interpreter"),
                ]),
            ),
        ],
    },
    Screen {
        id: "more-consent",
        title: "May we use your report?",
        hint: "You can say no to either. Your name is never in our advice.",
        fields: &[
            optional(
                "share",
                "May we pass what happened on to partners, such as banks and telephone companies?",
                "",
                Kind::One(&[("yes", "Yes"), ("no", "No")]),
            ),
            optional(
                "tell_me",
                "Shall we tell you when advice comes out of it?",
                "We need a phone number or an e-mail address for that",
                Kind::One(&[("yes", "Yes"), ("no", "No")]),
            ),
        ],
    },
];

/// The screen with this address, and whether it is one of those after sending.
pub(crate) fn screen(id: &str) -> Option<(usize, &'static Screen, bool)> {
    let find = |screens: &'static [Screen], more: bool| {
        screens.iter().enumerate().find(|(_, screen)| screen.id == id).map(|(at, screen)| (at, screen, more))
    };
    find(SCREENS, false).or_else(|| find(MORE, true))
}
