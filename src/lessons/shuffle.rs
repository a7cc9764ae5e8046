//! The order of the answers to a question.

use super::{Answer, Lesson};

/// Answers that begin with one of these words stay last, because they refer to the other answers.
const LAST: [&str; 5] = ["All", "Any", "Both", "Neither", "None"];

/// The seed for a class code or another text.
pub fn seed_of(text: &str) -> u64 {
    // FNV-1a, 64 bits.
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    text.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix)
}

impl Lesson {
    /// Shuffles the answers of each question by the lesson, the step, and the seed. Seed 0 keeps the written order.
    pub fn shuffle(&mut self, seed: u64) {
        if seed == 0 {
            return;
        }
        for (number, step) in self.steps.iter_mut().enumerate() {
            let Some(question) = &mut step.question else { continue };
            let title = &self.title;
            crate::map::sort_by_key(&mut question.answers, |answer| {
                (
                    is_last(answer),
                    seed_of(&format!("{seed} {title} {number} {}", answer.text)).swap_bytes(),
                )
            });
        }
    }
}

/// Whether an answer stays last.
fn is_last(answer: &Answer) -> bool {
    let first = answer.text.split([' ', ',', ':']).next();
    LAST.iter().any(|word| first == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::{Question, Step};

    /// The index of the right answer after a shuffle of four answers with these texts.
    fn place(seed: u64, texts: [&str; 4]) -> usize {
        let answer = |(index, text): (usize, &str)| Answer {
            text: text.into(),
            reply: String::new(),
            is_right: index == 0,
        };
        let answers = texts.into_iter().enumerate().map(answer).collect();
        let question = Some(Question { text: "Which?".into(), answers });
        let steps = vec![Step { question, ..Step::default() }];
        let mut lesson = Lesson { title: "Test".into(), steps, ..Lesson::default() };
        lesson.shuffle(seed);
        let question = lesson.steps[0].question.as_ref().expect("a question");
        question.answers.iter().position(|it| it.is_right).expect("a right answer")
    }

    #[test]
    fn every_place_is_about_equally_likely() {
        let mut places = [0; 4];
        (1..=400).for_each(|seed| places[place(seed, ["web-0", "web-1", "web-2", "web-3"])] += 1);
        assert!(places.iter().all(|count| (70..=130).contains(count)), "{places:?}");
        assert_eq!(place(0, ["web-3", "web-2", "web-1", "web-0"]), 0);
        assert_eq!(place(7, ["a", "b", "c", "d"]), place(7, ["a", "d", "c", "b"]));
    }

    #[test]
    fn an_answer_about_the_others_stays_last() {
        assert!((1..100).all(|seed| place(seed, ["None of them", "web-1", "web-2", "web-3"]) == 3));
    }

    #[test]
    fn a_class_code_is_a_seed() {
        assert_eq!(seed_of("room 4"), seed_of("room 4"));
        assert_ne!(seed_of("room 4"), seed_of("room 5"));
    }
}
