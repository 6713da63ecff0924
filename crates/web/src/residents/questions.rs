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
    /// Lines.
    Lines,
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
            label: "What happened",
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
                hint: "",
                kind: Kind::Line("off"),
                required: None,
            },
            Field {
                name: "callback",
                label: "What number did they tell you to ring?",
                hint: "",
                kind: Kind::Line("off"),
                required: None,
            },
        ],
    },
    Screen {
        id: "you",
        title: "How can we reach you?",
        hint: "You do not have to tell us who you are.",
        fields: &[
            Field {
                name: "role",
                label: "Who is this report about?",
                hint: "",
                kind: Kind::One(&[
                    ("target", "Me: I had the call"),
                    ("relative_or_carer", "Someone I help or care for"),
                    ("other", "Someone else"),
                ]),
                required: Some("Say who the report is about"),
            },
            Field { name: "your_name", label: "Your name", hint: "If you wish", kind: Kind::Line("name"), required: None },
            Field {
                name: "your_phone",
                label: "Your phone number",
                hint: "If you wish us to ring you",
                kind: Kind::Line("tel"),
                required: None,
            },
        ],
    },
];

/// The screen with this address.
pub(crate) fn screen(id: &str) -> Option<(usize, &'static Screen)> {
    SCREENS.iter().enumerate().find(|(_, screen)| screen.id == id)
}
