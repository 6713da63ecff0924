//! Invented narratives of scripts that share their vocabulary: each script is a choice from one pool of phrases, each telling drops some,
//! says others in other words, changes their order and adds the teller's own. Made by this project.

use crate::dice::Dice;

const OPENINGS: [&str; 8] = [
    "A man rang me",
    "I had a call",
    "Somebody telephoned",
    "The phone went and a man",
    "My mother was rung",
    "Had a call this morning",
    "I picked up and he",
    "He rang the landline",
];

/// Phrases, each said in three ways.
const PHRASES: [[&str; 3]; 40] = [
    ["said he was from the fraud squad", "claimed to be with the fraud team", "told me he was a fraud officer"],
    ["my card had been cloned", "there was a copy of my card", "someone made a duplicate of my bank card"],
    ["two youths were in custody", "they had arrested two lads", "a pair of young men had been held"],
    ["in an electrical shop", "at a big electronics store", "buying televisions in a store"],
    ["I was to ring the bank back", "he asked me to call my bank", "told me to phone the number on my card"],
    ["he stayed on the line", "the line never cleared", "I could still hear him when I dialled"],
    ["a courier would collect the card", "someone would come to pick up the card", "he was sending a driver for my card"],
    ["put it in an envelope", "I should seal it in a brown envelope", "to wrap it in paper"],
    ["take out four thousand pounds", "withdraw a large sum in cash", "get the money out at the counter"],
    ["the notes might be counterfeit", "he thought the money was fake", "the serial numbers had to be checked"],
    ["the cashier was under suspicion", "staff at the branch were involved", "somebody in the bank was corrupt"],
    ["not to tell anyone", "keep it to myself", "it was strictly confidential"],
    ["it was for a secret operation", "an undercover investigation was running", "they were setting a trap"],
    ["buy euros at the bureau", "change the cash into foreign money", "get currency from the travel shop"],
    ["an expensive watch from the jeweller", "go and purchase a luxury watch", "a gold watch had to be bought"],
    ["I owed tax", "there was unpaid income tax", "the revenue wanted back money"],
    ["a warrant was out for me", "I would be arrested today", "officers were on their way to my door"],
    ["pay with gift cards", "read out the voucher numbers", "buy vouchers at the supermarket"],
    ["my grandson was in the cells", "my nephew had been locked up", "a relative was at the station"],
    ["bail was needed", "they wanted money for his release", "a fee would get him out"],
    ["my computer had a virus", "the laptop was infected", "hackers were in my machine"],
    ["install a program", "download something so he could look", "let him take over the screen"],
    ["my broadband would be cut", "the internet was to be switched off", "the router had been attacked"],
    ["move it to a safe account", "transfer the savings somewhere secure", "put my money in a protected account"],
    ["he gave me a badge number", "quoted his warrant number", "told me a collar number"],
    ["and a password for the driver", "there was a code word", "the man would say an agreed word"],
    ["he knew my address", "he had my details", "he read my postcode to me"],
    ["he was very polite", "he sounded educated", "he spoke well"],
    ["he became angry", "he started shouting", "his tone changed and he threatened me"],
    ["I hung up", "I put the phone down", "I ended the call"],
    ["my neighbour told me it was a scam", "next door said to report it", "a friend warned me"],
    ["the taxi was already outside", "a cab waited at the gate", "he had ordered a minicab"],
    ["meet at the station", "hand it over by the war memorial", "wait in the car park"],
    ["send it by special delivery", "post it to an address", "use registered post"],
    ["a parcel could not be delivered", "there was a fee on a package", "customs held a packet"],
    ["I had won a prize", "a lottery win was waiting", "there was a draw I never entered"],
    ["an investment would double", "shares with a sure return", "a bond that paid eight per cent"],
    ["press one to speak", "hit a key to be connected", "a recorded voice asked for a button"],
    ["from a withheld number", "no number came up", "the display said private"],
    ["it looked like the police number", "the display showed the real station", "the bank's own number came up"],
];

const OWN: [&str; 20] = [
    "I was making lunch",
    "it was raining",
    "my knee is bad",
    "I live alone",
    "the dog barked all through",
    "I had just come in",
    "it upset me",
    "I did not sleep",
    "my daughter is away",
    "I am eighty two",
    "it was about ten o'clock",
    "the second call this week",
    "I usually do not answer",
    "my hearing is poor",
    "I wrote it down",
    "please tell others",
    "he rang twice",
    "it took an hour",
    "I feel foolish",
    "the kettle was on",
];

/// Texts and the script of each.
pub(crate) fn texts(many: usize, scripts: usize, seed: u64) -> Vec<(String, u32)> {
    let mut dice = Dice(seed);
    let plans: Vec<Vec<usize>> = (0..scripts)
        .map(|_| {
            let mut plan: Vec<usize> = Vec::new();
            while plan.len() < 7 {
                let phrase = dice.below(PHRASES.len());
                if !plan.contains(&phrase) {
                    plan.push(phrase);
                }
            }
            plan
        })
        .collect();
    // A crew's script is read out: most tellings keep its words, some find their own.
    let wording: Vec<Vec<usize>> = plans.iter().map(|plan| plan.iter().map(|_| dice.below(3)).collect()).collect();
    (0..many)
        .map(|_| {
            let script = dice.below(scripts);
            let mut parts = vec![OPENINGS[dice.below(OPENINGS.len())].to_owned()];
            let mut order: Vec<usize> = (0..plans[script].len()).collect();
            if dice.chance(0.5) {
                let place = dice.below(order.len() - 1);
                order.swap(place, place + 1);
            }
            for place in order {
                if dice.chance(0.15) {
                    continue;
                }
                let way = if dice.chance(0.8) { wording[script][place] } else { dice.below(3) };
                parts.push(PHRASES[plans[script][place]][way].to_owned());
            }
            for _ in 0..dice.below(3) {
                parts.insert(1 + dice.below(parts.len()), OWN[dice.below(OWN.len())].to_owned());
            }
            (parts.join(", ") + ".", script as u32)
        })
        .collect()
}
