//! What the units of a network say of the labels: the last layer of both networks.

/// The weights of every label over the units.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outputs {
    labels: Vec<String>,
    biases: Vec<f32>,
    /// By label, then by unit.
    weights: Vec<Vec<f32>>,
    /// The same by unit, then by label, to a full lane: all labels are added up at once, and units that are silent passed over.
    by_unit: Vec<Vec<f32>>,
}

/// Sums that the processor adds at once.
const LANES: usize = 8;

impl Outputs {
    /// Adds a label. All have as many units.
    pub(super) fn push(&mut self, label: &str, bias: f32, weights: Vec<f32>) {
        let number = self.labels.len();
        self.by_unit.resize(weights.len(), Vec::new());
        for (unit, weight) in self.by_unit.iter_mut().zip(&weights) {
            unit.resize((number + 1).next_multiple_of(LANES), 0.0);
            unit[number] = *weight;
        }
        self.labels.push(label.to_owned());
        self.biases.push(bias);
        self.weights.push(weights);
    }

    /// The labels in order.
    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The number of a label.
    pub(super) fn number(&self, label: &str) -> Option<usize> {
        self.labels.iter().position(|one| one == label)
    }

    /// The log-odds of every label.
    pub(super) fn say(&self, units: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; self.labels.len().next_multiple_of(LANES)];
        for (loud, weights) in units.iter().zip(&self.by_unit).filter(|(loud, _)| **loud != 0.0) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += loud * weight);
        }
        self.biases.iter().zip(sums).map(|(bias, sum)| bias + sum).collect()
    }

    /// The weights of a label, by unit.
    pub(super) fn weights(&self, label: usize) -> &[f32] {
        &self.weights[label]
    }

    /// The log-odds of a label.
    pub(super) fn says(&self, label: usize, units: &[f32]) -> f32 {
        self.biases[label] + dot(&self.weights[label], units)
    }
}

/// The sum of products. There are as many as fill lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_told_alike_by_itself_and_with_the_others() {
        let mut outputs = Outputs::default();
        let weights = |by: f32| (0..16).map(|unit| by * unit as f32).collect::<Vec<f32>>();
        outputs.push("demand.gold", -1.0, weights(0.5));
        outputs.push("demand.pin", 2.0, weights(-0.25));
        let units: Vec<f32> = (0..16).map(|unit| if unit % 3 == 0 { 0.0 } else { 1.0 }).collect();
        let all = outputs.say(&units);
        assert!((all[0] - outputs.says(0, &units)).abs() < 1e-5 && (all[1] - outputs.says(1, &units)).abs() < 1e-5);
        assert_eq!((outputs.number("demand.pin"), outputs.number("demand.cash")), (Some(1), None));
    }
}
