//! The closed vocabularies of `report.v1`. Each value's name on the wire is its name here in snake case.

/// Defines a vocabulary: the enum, all its values in order, the wire name and the words for people.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $wire:literal, $words:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $words] #[serde(rename = $wire)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The value as it stands in `report.v1`.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $wire,)+ }
            }

            /// The value in words, for a person to read.
            pub fn words(self) -> &'static str {
                match self { $($name::$variant => $words,)+ }
            }

            /// The value with this wire name, if there is one.
            pub fn from_wire(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

vocabulary! {
    /// Whether somebody is in danger now.
    Danger {
        CallerOnLine = "caller_on_line", "the caller is still on the line";
        CourierExpected = "courier_expected", "someone is coming to collect";
        CourierPresent = "courier_present", "someone is at the door now";
        No = "no", "no one is on the line or coming";
    }
}
vocabulary! {
    /// Who is making the report.
    Role {
        Target = "target", "the person who was called";
        RelativeOrCarer = "relative_or_carer", "a relative or carer";
        BankStaff = "bank_staff", "bank staff";
        Retailer = "retailer", "a shop";
        CourierOrTaxi = "courier_or_taxi", "a courier or taxi driver";
        Neighbour = "neighbour", "a neighbour";
        Professional = "professional", "a professional";
        Other = "other", "someone else";
    }
}
vocabulary! {
    /// The age band of the person who was called.
    AgeBand {
        Under18 = "under_18", "under 18";
        From18 = "18_24", "18 to 24";
        From25 = "25_34", "25 to 34";
        From35 = "35_44", "35 to 44";
        From45 = "45_54", "45 to 54";
        From55 = "55_64", "55 to 64";
        From65 = "65_74", "65 to 74";
        From75 = "75_84", "75 to 84";
        From85 = "85_plus", "85 or over";
        Unknown = "unknown", "not known";
    }
}
vocabulary! {
    /// Circumstances of the person called: facts, never a label.
    Vulnerability {
        LivesAlone = "lives_alone", "lives alone";
        MemoryLoss = "memory_loss", "memory loss";
        RecentBereavement = "recent_bereavement", "recent bereavement";
        IllHealth = "ill_health", "ill health";
        Disability = "disability", "disability";
        RepeatTarget = "repeat_target", "has been targeted before";
        CarerDependent = "carer_dependent", "depends on a carer";
    }
}
vocabulary! {
    /// What the person reporting needs from us.
    Need {
        LargePrint = "large_print", "large print";
        EasyRead = "easy_read", "easy read";
        Bsl = "bsl", "British Sign Language";
        TextRelay = "text_relay", "text relay";
        Interpreter = "interpreter", "an interpreter";
    }
}
vocabulary! {
    /// How exactly the time of the call is known.
    Precision {
        Minute = "minute", "to the minute";
        Hour = "hour", "to the hour";
        PartOfDay = "part_of_day", "to the part of the day";
        Day = "day", "to the day";
        Week = "week", "to the week";
        Unknown = "unknown", "not known";
    }
}
vocabulary! {
    /// What kind of line was rung.
    Line {
        Landline = "landline", "a landline";
        Mobile = "mobile", "a mobile";
        Voip = "voip", "an internet line";
        Unknown = "unknown", "not known";
    }
}
vocabulary! {
    /// Who the caller claimed to be.
    Claimed {
        Police = "police", "the police";
        Bank = "bank", "a bank";
        Hmrc = "hmrc", "the tax office (HMRC)";
        Telecom = "telecom", "a telephone or broadband company";
        Utility = "utility", "an energy or water company";
        Retailer = "retailer", "a shop or online retailer";
        CourierFirm = "courier_firm", "a delivery company";
        Court = "court", "a court";
        NcaFca = "nca_fca", "the National Crime Agency or the Financial Conduct Authority";
        TechSupport = "tech_support", "computer support";
        Family = "family", "a member of the family";
        JewellerOrBureau = "jeweller_or_bureau", "a jeweller or currency exchange";
        Lawyer = "lawyer", "a lawyer";
        Other = "other", "someone else";
    }
}
vocabulary! {
    /// The story that was told.
    Pretext {
        CardMisused = "card_misused", "a card has been used fraudulently";
        AccountCompromised = "account_compromised", "a bank account has been attacked";
        CorruptBankStaff = "corrupt_bank_staff", "bank staff are under investigation";
        CorruptRetailerStaff = "corrupt_retailer_staff", "shop staff are under investigation";
        CounterfeitCash = "counterfeit_cash", "counterfeit notes are being traced";
        SuspectArrested = "suspect_arrested", "a suspect has been arrested";
        FamilyInCustody = "family_in_custody", "a relative is in custody";
        TaxDebt = "tax_debt", "tax is owed";
        Refund = "refund", "a refund is due";
        Parcel = "parcel", "there is a problem with a parcel";
        DeviceInfected = "device_infected", "a computer or phone is infected";
        Prize = "prize", "a prize has been won";
        Investment = "investment", "there is an investment to be made";
        ExpiredCard = "expired_card", "a card has expired";
        Other = "other", "another story";
    }
}
vocabulary! {
    /// How the story was made believable.
    Trick {
        LineHeldOpen = "line_held_open", "the line was held open while another number was dialled";
        CallBackNumberGiven = "call_back_number_given", "a number to ring back was given";
        SpoofedNumber = "spoofed_number", "a genuine number was displayed";
        SecondOfficer = "second_officer", "a second person confirmed the story";
        KnewPersonalDetails = "knew_personal_details", "the caller knew personal details";
        PasswordForCourier = "password_for_courier", "a password was agreed for the courier";
        ToldToLieToBank = "told_to_lie_to_bank", "the person was told to lie to the bank";
        Secrecy = "secrecy", "the person was told to tell no one";
        Threat = "threat", "threats were made";
        KeptOnLine = "kept_on_line", "the person was kept on the line";
        HelpingInvestigation = "helping_investigation", "the person was asked to help an investigation";
    }
}
vocabulary! {
    /// What was asked for.
    Demand {
        WithdrawCash = "withdraw_cash", "withdraw cash";
        ForeignCurrency = "foreign_currency", "buy foreign currency";
        LuxuryGoods = "luxury_goods", "buy high-value goods";
        Gold = "gold", "buy gold";
        BankCard = "bank_card", "hand over a bank card";
        Pin = "pin", "give a PIN";
        BankTransfer = "bank_transfer", "transfer money";
        Crypto = "crypto", "buy cryptocurrency";
        GiftCards = "gift_cards", "buy gift cards";
        RemoteAccess = "remote_access", "give remote access to a device";
        PersonalDetails = "personal_details", "give personal details";
        PressKey = "press_key", "press a key";
        Other = "other", "something else";
    }
}
vocabulary! {
    /// How it was to be handed over.
    Handover {
        CourierAtHome = "courier_at_home", "a courier calls at the home";
        Taxi = "taxi", "a taxi is sent";
        Meeting = "meeting", "a meeting is arranged";
        Post = "post", "by post";
        BankBranch = "bank_branch", "at a bank branch";
        Online = "online", "online";
    }
}
vocabulary! {
    /// How the call ended.
    Outcome {
        RecognisedHungUp = "recognised_hung_up", "recognised the scam and hung up";
        Challenged = "challenged", "challenged the caller";
        GaveDetailsOnly = "gave_details_only", "gave details only";
        StoppedByBank = "stopped_by_bank", "stopped by the bank";
        StoppedByThirdParty = "stopped_by_third_party", "stopped by someone else";
        HandoverAttempted = "handover_attempted", "a hand-over was attempted";
        Paid = "paid", "something was handed over or paid";
        Unknown = "unknown", "not known";
    }
}
vocabulary! {
    /// Yes, no, or not sure.
    Answer {
        Yes = "yes", "yes";
        No = "no", "no";
        Unsure = "unsure", "not sure";
    }
}
