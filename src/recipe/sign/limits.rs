//! What a signer, a role or a whole policy is limited to: a good signature counts for a recipe that lies within, and for no other.

use crate::{
    error::{Error, Result},
    recipe::{Match, Output, Recipe, output::Deliverable},
};
use serde::Deserialize;

/// Names that may be approved, `*` standing for any letters. A list that is absent limits nothing; one that is there has to admit all that the recipe
/// admits.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Productions, as the recipe names its own.
    productions: Option<Vec<String>>,
    /// Titles of recipes.
    recipes: Option<Vec<String>>,
    /// Makes of cameras, of every clip that the recipe admits.
    makes: Option<Vec<String>>,
    models: Option<Vec<String>>,
    /// Formats of what is delivered: exr, dpx, tiff, png, jpeg, movie, or a codec of movies.
    deliverables: Option<Vec<String>>,
}

impl Limits {
    /// # Errors
    /// Invalid: a list that admits nothing.
    pub fn check(&self, whose: &str) -> Result<()> {
        let lists = [
            ("productions", &self.productions),
            ("recipes", &self.recipes),
            ("makes", &self.makes),
            ("models", &self.models),
            ("deliverables", &self.deliverables),
        ];
        let empty =
            lists.into_iter().find(|(_, list)| list.as_ref().is_some_and(|l| l.is_empty() || l.iter().any(|p| p.trim().is_empty())));
        match empty {
            Some((name, _)) => Err(Error::invalid("names nothing that may be approved").field(format!("{whose}: only.{name}"))),
            None => Ok(()),
        }
    }

    /// Why a recipe does not lie within: the rule, what it allows, and what the recipe says.
    pub fn outside(&self, recipe: &Recipe) -> Option<String> {
        let named = |list: &Option<Vec<String>>, rule: &str, said: &Option<String>| {
            let allowed = list.as_ref()?;
            match said {
                Some(name) if fits(allowed, name) => None,
                Some(name) => Some(refusal(rule, allowed, &format!("the recipe says {name}"))),
                None => Some(refusal(rule, allowed, "the recipe says none")),
            }
        };
        named(&self.productions, "productions", &recipe.production)
            .or_else(|| named(&self.recipes, "recipes", &recipe.title))
            .or_else(|| self.cameras(recipe))
            .or_else(|| self.delivered(recipe))
    }

    fn cameras(&self, recipe: &Recipe) -> Option<String> {
        let of = |list: &Option<Vec<String>>, rule: &str, name: &str, asked: &Option<Match<String>>| {
            let allowed = list.as_ref()?;
            // What is not named one by one may be anything.
            let within = asked.as_ref().and_then(Match::named).is_some_and(|all| all.iter().all(|one| fits(allowed, one)));
            let said = asked.as_ref().map_or_else(|| "clips that state none".to_owned(), Match::to_string);
            (!within).then(|| refusal(rule, allowed, &format!("{name} admits {said}")))
        };
        recipe.clips.iter().find_map(|clip| {
            let scope = &clip.scope;
            of(&self.makes, "makes", &clip.name, &scope.make).or_else(|| of(&self.models, "models", &clip.name, &scope.model))
        })
    }

    fn delivered(&self, recipe: &Recipe) -> Option<String> {
        let allowed = self.deliverables.as_ref()?;
        let within = |d: &Deliverable| d.format.names().iter().any(|name| fits(allowed, name));
        let other = Output::or_plain(recipe.output.as_ref()).deliverables.iter().find(|d| !within(d))?;
        let format = other.format.names().pop().unwrap_or_default();
        Some(refusal("deliverables", allowed, &format!("{} is {format}", other.id)))
    }
}

fn refusal(rule: &str, allowed: &[String], said: &str) -> String {
    format!("{rule} are limited to {}, and {said} (only.{rule})", allowed.join(", "))
}

fn fits(allowed: &[String], name: &str) -> bool {
    allowed.iter().any(|pattern| matches(pattern, name))
}

/// Whether a name is the pattern, in which `*` stands for any letters. In as many steps as both are long at most.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::testing;

    fn limits(text: &str) -> Limits {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, name, fit) in [
            ("ARRI", "ARRI", true),
            ("ARRI", "arri", false),
            ("*", "", true),
            ("ALEXA*", "ALEXA 35", true),
            ("ALEXA*", "AALEXA", false),
            ("*LF", "ALEXA Mini LF", true),
            ("*LF", "LF2", false),
            ("A*X*A", "ALEXA", true),
            ("A*A", "A", false),
            ("a*b*c", "acb", false),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, name), fit, "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(10_000), &"b".repeat(10_000)), "in no time");
    }

    #[test]
    fn a_recipe_lies_within_by_all_that_it_admits() {
        let mut recipe = testing::recipe(&["A", "B"]);
        let why = |recipe: &Recipe, text: &str| limits(text).outside(recipe).unwrap_or_default();
        assert_eq!(why(&recipe, ""), "");
        assert_eq!(why(&recipe, "makes = ['ARRI']\ndeliverables = ['exr']"), "");
        assert_eq!(
            why(&recipe, "productions = ['Seven Seas']"),
            "productions are limited to Seven Seas, and the recipe says none (only.productions)"
        );
        recipe.production = Some("Seven Seas 2".into());
        assert!(why(&recipe, "productions = ['Seven Seas']").contains("the recipe says Seven Seas 2"));
        assert_eq!(why(&recipe, "productions = ['Seven Seas*']"), "");
        assert!(why(&recipe, "recipes = ['*']").contains("says none"), "one without a name is of no name");
        assert!(why(&recipe, "models = ['*']").contains("A admits clips that state none"));
        recipe.clips[1].scope.make = Some(Match::AnyOf(vec!["ARRI".into(), "RED".into()]));
        assert!(why(&recipe, "makes = ['ARRI']").contains("B admits ARRI or RED (only.makes)"));
        recipe.clips[1].scope.make = Some(Match::Any);
        assert!(why(&recipe, "makes = ['*']").contains("B admits any"), "also where any make is allowed that is named");
        recipe.output = Some(Output::of_presets(["plate", "prores422hq"]).unwrap());
        assert!(why(&recipe, "deliverables = ['exr']").contains("prores422hq is prores422hq (only.deliverables)"));
        for text in ["deliverables = ['exr', 'movie']", "deliverables = ['exr', 'prores*']"] {
            assert_eq!(why(&recipe, text), "");
        }
        // What is called a plate is what its format is.
        let output = recipe.output.as_mut().unwrap();
        output.deliverables.remove(0);
        output.deliverables[0].id = "exr".into();
        assert!(why(&recipe, "deliverables = ['exr']").contains("exr is prores422hq"));
    }

    #[test]
    fn limits_that_admit_nothing_are_a_mistake() {
        assert_eq!(limits("makes = []").check("signer Ada").unwrap_err().field_name(), Some("signer Ada: only.makes"));
        assert!(limits("recipes = [' ']").check("x").is_err() && limits("makes = ['*']").check("x").is_ok());
        assert!(toml::from_str::<Limits>("cameras = ['ARRI']").is_err());
    }
}
