//! Words that dictionaries do not know yet: found by reading the file once, added before the
//! rows that use them.

use std::collections::HashMap;

use guanxi_model::field::Options as Choices;
use guanxi_model::system::DictionaryEntry;
use guanxi_model::{Actor, Entity, Error, Problem, Result, Status, text};
use serde_json::{Map, Value as Json, json};

use super::plan::Plan;
use super::run::Run;
use super::{Imports, batches};
use crate::write::Purpose;

/// Most words one import may add: more means that a column went to the wrong field.
const WORDS_MAX: usize = 200;
/// Longest word and longest code of a dictionary, in characters.
const WORD_CHARS: usize = 60;

impl Plan {
    /// The name of the dictionary of a field.
    fn dictionary(&self, field: usize) -> Option<&str> {
        match &self.def.fields.get(field)?.options {
            Choices::Dictionary(name) => Some(name),
            _ => None,
        }
    }

    /// New words by field, for the preview.
    pub fn words_json(&self, coming: &HashMap<usize, Vec<String>>) -> Json {
        let named = coming.iter().filter_map(|(field, words)| Some((self.def.fields.get(*field)?.name.clone(), json!(words))));
        Json::Object(named.collect())
    }
}

impl Imports {
    /// The words of a file that its dictionaries do not know, by field.
    pub(super) fn coming_words(&self, run: &Run, plan: &Plan) -> Result<HashMap<usize, Vec<String>>> {
        let mut coming: HashMap<usize, Vec<String>> = HashMap::new();
        batches::each(&self.file(run.id), &run.file_name, &run.options, 0, |batch| {
            for row in batch.iter() {
                plan.unknown_words(row, &mut coming);
            }
            Ok(coming.values().map(Vec::len).sum::<usize>() <= WORDS_MAX)
        })?;
        if coming.values().map(Vec::len).sum::<usize>() > WORDS_MAX {
            return Err(Problem::new(Status::Invalid, "too_many_new_words")
                .arg("max", WORDS_MAX)
                .field("options.add_choices", "too_many_new_words")
                .into());
        }
        coming.retain(|_, words| {
            words.retain(|word| word.chars().count() <= WORD_CHARS);
            !words.is_empty()
        });
        Ok(coming)
    }

    /// Adds the words a file needs, as a part of the import.
    pub(super) fn add_words(&self, actor: &Actor, run: &Run) -> Result<()> {
        let plan = self.plan(actor, run)?;
        let coming = self.coming_words(run, &plan)?;
        if coming.is_empty() {
            return Ok(());
        }
        let mut by_dictionary: Vec<(String, String)> = Vec::new();
        for (field, words) in &coming {
            let Some(dictionary) = plan.dictionary(*field) else { continue };
            for word in words {
                let entry = (dictionary.to_owned(), word.clone());
                if !by_dictionary.contains(&entry) {
                    by_dictionary.push(entry);
                }
            }
        }
        let purpose = Purpose { source: Some(run.id), ..Purpose::new("import", run.file_name.clone()) };
        self.engine.write(actor, purpose, move |tx| {
            let def = tx.catalog.get(DictionaryEntry::ENTITY).cloned().ok_or_else(|| Error::internal("dictionary_entry"))?;
            for (dictionary, word) in &by_dictionary {
                let taken: Vec<String> = tx.access.org.dictionary(dictionary).iter().map(|option| option.value.clone()).collect();
                let position = i64::try_from(taken.len()).unwrap_or(0);
                let mut made = by_dictionary
                    .iter()
                    .take_while(|(_, other)| other != word)
                    .filter(|(other, _)| other == dictionary)
                    .map(|(_, word)| code_of(word, &[]));
                let code = code_of(word, &taken);
                let code = if made.any(|other| other == code) { code_of(&format!("{word}{}", tx.engine.new_id()), &taken) } else { code };
                let entry = json!({"dictionary": dictionary, "code": code, "name": word, "position": position});
                let entry: Map<String, Json> = entry.as_object().cloned().unwrap_or_default();
                tx.create(&def, &entry)?;
            }
            Ok(())
        })
    }
}

/// A code for a word: its pinyin, with a number where that is taken.
fn code_of(word: &str, taken: &[String]) -> String {
    let spoken = text::spelled(word).unwrap_or_else(|| text::normalise(word));
    let plain: String = spoken.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(WORD_CHARS - 10).collect();
    let plain = if plain.is_empty() { "word".to_owned() } else { plain.to_ascii_lowercase() };
    let numbered = (1..).map(|n| if n == 1 { plain.clone() } else { format!("{plain}_{n}") });
    numbered.into_iter().find(|code| !taken.contains(code)).unwrap_or(plain)
}
