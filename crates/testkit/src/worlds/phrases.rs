//! How people put it: wordings for each value, for [`super::words`]. `{i}`, `{me}` and `{my}` are the person rung, as the teller says it;
//! `{sum}` is an amount. Written from how such calls are told, without a look at the signals that will read them.

use report::vocabulary::{Claimed, Demand, Handover, Pretext, Trick};

/// Who the caller said he was, after "from" or "he was from".
pub(super) fn claimed(claimed: Claimed) -> &'static [&'static str] {
    match claimed {
        Claimed::Police => &["the police", "Hammersmith police", "the Met", "the local CID", "the police fraud squad"],
        Claimed::Bank => &["the bank", "my bank's fraud department", "Barclays", "the Nationwide", "the fraud team at Lloyds"],
        Claimed::Hmrc => &["HMRC", "the tax office", "the Inland Revenue", "HM Revenue and Customs"],
        Claimed::Telecom => &["BT", "the broadband people", "Openreach", "Virgin Media", "the phone company"],
        Claimed::Utility => &["British Gas", "the electric company", "the water board", "EDF"],
        Claimed::Retailer => &["Amazon", "Amazon Prime", "Argos customer services", "the online shop"],
        Claimed::CourierFirm => &["Royal Mail", "DPD", "Evri", "the delivery firm", "the Post Office parcels"],
        Claimed::Court => &["the county court", "the magistrates' court", "the court office"],
        Claimed::NcaFca => &["the National Crime Agency", "the NCA", "the Financial Conduct Authority"],
        Claimed::TechSupport => &["Microsoft", "Windows support", "a computer help desk", "Microsoft technical department"],
        Claimed::Family => &["my grandson", "my son", "my nephew"],
        Claimed::JewellerOrBureau => &["a jeweller's in town", "the bureau de change", "a jewellers in Hatton Garden"],
        Claimed::Lawyer => &["a firm of solicitors", "a solicitor's office", "a lawyer's"],
        _ => &["a company I had not heard of", "an investment firm", "some company or other"],
    }
}

/// The story.
pub(super) fn pretext(pretext: Pretext) -> &'static [&'static str] {
    match pretext {
        Pretext::CardMisused => &[
            "Someone had tried to use {my} card in a shop in London, according to him.",
            "He said {my} debit card was being used by somebody at the Apple store.",
            "There had been purchases on {my} card which {i} had not made.",
            "He told {me} that {my} bank card had been cloned.",
            "It was about fraudulent spending on {my} card.",
        ],
        Pretext::AccountCompromised => &[
            "He said {my} account had been hacked.",
            "There was unusual activity on {my} account, he said, and the money was not safe.",
            "Fraudsters had got into {my} bank account, that was the story.",
            "Apparently {my} savings were at risk because somebody had got hold of the account details.",
        ],
        Pretext::CorruptBankStaff => &[
            "They were looking into the staff at {my} branch.",
            "He said a cashier at the bank was in on it.",
            "Somebody who works in the bank was stealing from customers, so he said.",
            "It was an inside job at the branch and they needed evidence.",
        ],
        Pretext::CorruptRetailerStaff => &[
            "He said the staff in the jeweller's shop were selling fakes and under investigation.",
            "They were investigating the people who work in the shop.",
        ],
        Pretext::CounterfeitCash => &[
            "The bank was handing out fake notes, he said.",
            "They wanted to check serial numbers because of counterfeit money.",
            "There were forged twenties coming out of that branch.",
            "He was tracing counterfeit banknotes.",
        ],
        Pretext::SuspectArrested => &[
            "They had arrested a lad with {my} details on him.",
            "A man had been caught with a copy of {my} card in his pocket.",
            "He said two people were in custody and had {my} name and bank details on them.",
            "Someone had been arrested in a shop pretending to be a relative of mine.",
        ],
        Pretext::FamilyInCustody => &[
            "He said {my} grandson had been in an accident and was being held at the police station.",
            "{my} son had been arrested and needed bail money.",
        ],
        Pretext::TaxDebt => &[
            "{i} owed tax and there was a warrant out.",
            "It was to do with unpaid tax going back years.",
            "A case for tax evasion had been opened in {my} name.",
            "He said {i} would be arrested over a tax bill.",
        ],
        Pretext::Refund => &[
            "{i} was owed some money back.",
            "A refund was due, he said, they had overcharged.",
            "It was about getting a refund on a subscription.",
        ],
        Pretext::Parcel => &[
            "There was a parcel they couldn't deliver.",
            "A package was being held at the depot with a fee to pay.",
            "It was about a parcel {i} had never ordered.",
        ],
        Pretext::DeviceInfected => &[
            "He said the computer had a virus on it.",
            "Hackers were using {my} internet, that was what he said.",
            "Something about the router being infected and {my} broadband going off tonight.",
            "The computer was sending out errors.",
        ],
        Pretext::Prize => &["{i} had won a prize draw.", "He said {i} had come up on the lottery."],
        Pretext::Investment => &[
            "He went on about shares that would double in a year.",
            "It was a bond paying nine per cent, guaranteed.",
            "He was selling an investment in bitcoin.",
        ],
        Pretext::ExpiredCard => &["He said {my} card had run out and needed replacing.", "{my} card was about to expire."],
        _ => &["He had a long story.", "It made little sense."],
    }
}

/// The tricks.
pub(super) fn trick(trick: Trick) -> &'static [&'static str] {
    match trick {
        Trick::LineHeldOpen => &[
            "He told {me} to put the phone down and ring 999 to check, but he must have stayed on the line.",
            "{i} rang the bank back straight away on the same phone and got the same lot.",
            "He said dial 101 to make sure he was genuine, and there was no dialling tone, it just went through.",
            "{i} was to ring the number on the back of the card without hanging up.",
        ],
        Trick::CallBackNumberGiven => &["He gave a number to ring him back on.", "{i} was given a number to call."],
        Trick::SpoofedNumber => &["The number that showed was the real bank's.", "It came up as the genuine number."],
        Trick::SecondOfficer => &[
            "Then {i} was passed to his superior who said the same.",
            "A second man came on, a sergeant, and backed him up.",
            "{i} was put through to an inspector who confirmed it all.",
        ],
        Trick::KnewPersonalDetails => &["He knew {my} name and address.", "He already had {my} date of birth."],
        Trick::PasswordForCourier => {
            &["The courier would give a password so {i} would know him.", "A code word was agreed for the man who was coming."]
        }
        Trick::ToldToLieToBank => {
            &["If the cashier asked, {i} was to say it was for building work.", "He said to tell the bank it was for a holiday."]
        }
        Trick::Secrecy => &[
            "{i} was not to tell a soul.",
            "He said don't tell anybody, not even the family.",
            "It was to be kept strictly confidential.",
        ],
        Trick::Threat => &["He turned nasty and said {i} could go to prison.", "He threatened {me} with arrest."],
        Trick::KeptOnLine => &["He kept {me} talking for over two hours.", "He would not let {me} off the phone."],
        Trick::HelpingInvestigation => &[
            "They wanted {my} help to catch them.",
            "He asked if {i} would help the police with an undercover operation.",
            "{i} would be assisting the investigation, he said.",
        ],
    }
}

/// What was asked for.
pub(super) fn demand(demand: Demand) -> &'static [&'static str] {
    match demand {
        Demand::WithdrawCash => &[
            "He wanted {me} to go to the bank and take out {sum}.",
            "{i} was told to draw {sum} in cash.",
            "He asked {me} to get {sum} out over the counter.",
            "{i} should withdraw {sum} so the notes could be examined.",
        ],
        Demand::ForeignCurrency => &[
            "{i} was asked to buy {sum} worth of euros.",
            "He wanted {sum} changed into dollars at the travel agent's.",
            "It had to be foreign money, {sum} of it.",
        ],
        Demand::LuxuryGoods => &[
            "He wanted {me} to buy a Rolex watch for {sum}.",
            "{i} was to go to the jeweller's and buy an expensive watch.",
            "He asked {me} to buy two laptops and an iPhone.",
        ],
        Demand::Gold => &["{i} was to buy gold bars for {sum}.", "He wanted {me} to buy gold coins."],
        Demand::BankCard => &[
            "He said to cut the card up and put it in an envelope.",
            "He wanted {me} to hand the bank card over.",
            "{my} card had to be given up for evidence.",
        ],
        Demand::Pin => &["He asked for the PIN.", "He wanted {my} pin number keyed into the phone."],
        Demand::BankTransfer => &[
            "He wanted {sum} moved into a safe account.",
            "{i} was to transfer the money to another account.",
            "He asked {me} to send {sum} by bank transfer.",
            "It was to be paid straight away online.",
        ],
        Demand::Crypto => &["He wanted it paid in bitcoin.", "{i} was to open a crypto wallet."],
        Demand::GiftCards => {
            &["He wanted {me} to buy gift cards and read out the numbers.", "It was to be paid in iTunes vouchers."]
        }
        Demand::RemoteAccess => &[
            "He wanted {me} to put AnyDesk on the computer.",
            "He asked {me} to let him take control of the laptop.",
            "{i} was to type in a website so that he could get into the machine.",
            "He had {me} download TeamViewer.",
        ],
        Demand::PersonalDetails => &[
            "He wanted {my} date of birth and the long number on the card.",
            "He asked for {my} bank details.",
            "He was after {my} name, address and account number.",
        ],
        Demand::PressKey => &["It said to press 1 to speak to somebody.", "{i} should press one to be connected."],
        Demand::Other => &["He wanted all sorts.", "He asked for things {i} would not give."],
    }
}

/// How it was to be handed over.
pub(super) fn handover(handover: Handover) -> &'static [&'static str] {
    match handover {
        Handover::CourierAtHome => &[
            "A courier was going to come to the house for it.",
            "Someone would call at the door to pick it up.",
            "He was sending a courier round within the hour.",
            "A man would come and collect the package.",
        ],
        Handover::Taxi => &[
            "A taxi would come to pick up the envelope.",
            "They were sending a cab to take it to the station.",
            "He booked a taxi for {me}.",
        ],
        Handover::Meeting => &["{i} was to meet an officer outside Tesco.", "He wanted to meet {me} in the car park to take it."],
        Handover::Post => &["It was to be posted to an address in London.", "{i} had to send it by special delivery."],
        Handover::BankBranch => &["It would be handed over at the branch.", "{i} was to give it to someone inside the bank."],
        Handover::Online => &["All of it over the internet.", "It was to be done by online banking."],
    }
}

/// Words that say nothing of the method.
pub(super) const BESIDE_THE_POINT: &[&str] = &[
    "I'm still shaking to be honest.",
    "He was very polite and well spoken.",
    "There was a lot of noise in the background.",
    "It went on for twenty minutes.",
    "My neighbour had one the same last week.",
    "We live near the church and there are a lot of older people in this road.",
    "I did not catch everything he said, the line was poor.",
    "Thought you should know.",
    "Please can somebody ring us back after four.",
    "No idea how they got the number, we are ex directory.",
];

/// How it ended, with nothing lost.
pub(super) const ENDINGS: &[&str] = &[
    "{i} put the phone down.",
    "{i} hung up on him.",
    "At that point {i} smelt a rat.",
    "{i} told him where to go.",
    "Nothing was lost.",
    "The lady at the bank said it was a scam and would not pay it out.",
    "{i} said the police station was round the corner and he rang off.",
];

/// How it ended, with money gone.
pub(super) const LOSSES: &[&str] = &["{i} lost {sum}.", "The {sum} has gone.", "{i} gave them {sum} before the penny dropped."];
