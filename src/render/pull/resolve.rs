//! Names and timecode to clips.

use super::{
    Event, Matched, Offer, Refused, Tier,
    clock::{Place, place},
    names::{Camera, Forms, camera_of},
    opened::Opened,
    rates::labels,
};
use crate::{
    library::Source,
    sidecar::timeline::{
        link::last_part,
        matching::{self, CMX_REEL, SHORTEST, plain},
    },
    words::count,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// A score below is no match.
const LEAST: f64 = 0.6;
/// By so much the best has to be ahead of the next.
const AHEAD: f64 = 0.1;
/// What a second name adds that speaks for the same clip.
const CORROBORATED: f64 = 0.05;
/// Candidates that a refusal lists.
const LISTED: usize = 8;

/// A match before its frames are looked at: the clip, and where the event lies in it.
#[derive(Clone, Debug)]
pub struct Found {
    pub matched: Matched,
    pub place: Place,
}

/// A clip that could be meant.
#[derive(Clone, Debug)]
pub struct Fitting {
    pub source: usize,
    pub place: Place,
    pub score: f64,
    pub rules: Vec<String>,
}

/// The clips, by everything that an event may call them.
pub struct Resolver<'a> {
    pub sources: &'a [Source],
    /// Those that were looked at.
    pub opened: Arc<Opened>,
    /// Names as they stand, and without the extension of a file.
    whole: HashMap<String, Vec<usize>>,
    reels: HashMap<String, Vec<usize>>,
    plain: HashMap<String, Vec<usize>>,
    unpadded: HashMap<String, Vec<usize>>,
    camera: HashMap<Camera, Vec<usize>>,
    /// For beginnings: letters and digits, and as it stands.
    begun: BTreeMap<String, Vec<usize>>,
    begun_whole: BTreeMap<String, Vec<usize>>,
}

/// A rule about names, what it is worth, and how it reads.
struct Rule {
    score: f64,
    words: &'static str,
}

const SEPARATORS: Rule = Rule { score: 0.95, words: "separators differ" };
const ENDING: Rule = Rule { score: 0.92, words: "without what an editing system put behind it" };
const CUT: Rule = Rule { score: 0.9, words: "cut to the 8 characters of CMX3600" };
const PADDING: Rule = Rule { score: 0.8, words: "zeros before its numbers differ" };
const CAMERA: Rule = Rule { score: 0.85, words: "camera, roll and clip of its name" };
const BEGINS: Rule = Rule { score: 0.75, words: "only the beginning of the name" };
/// A roll has many clips, and timecode tells which. Worth what letters and digits are that agree: with separators, too, it is no less.
const ROLL: Rule = Rule { score: SEPARATORS.score, words: "the roll of the clip" };
const WHOLE: Rule = Rule { score: 1.0, words: "whole" };

impl<'a> Resolver<'a> {
    pub fn new(sources: &'a [Source]) -> Self {
        let mut resolver = Self {
            sources,
            opened: Arc::default(),
            whole: HashMap::new(),
            reels: HashMap::new(),
            plain: HashMap::new(),
            unpadded: HashMap::new(),
            camera: HashMap::new(),
            begun: BTreeMap::new(),
            begun_whole: BTreeMap::new(),
        };
        for (i, source) in sources.iter().enumerate() {
            let candidate = &source.candidate;
            for name in &candidate.names {
                let forms = Forms::of(name);
                // As it stands, too: of a folder, what follows a dot is part of its name.
                add(&mut resolver.whole, last(name), i);
                add(&mut resolver.whole, forms.whole.clone(), i);
                if let Some(camera) = forms.camera.clone() {
                    add(&mut resolver.camera, camera, i);
                }
                resolver.add_forms(forms, i);
            }
            if let Some(reel) = &candidate.reel {
                let forms = Forms::of(reel);
                add(&mut resolver.reels, forms.whole.clone(), i);
                add(&mut resolver.unpadded, forms.unpadded.clone(), i);
                resolver.add_forms(forms, i);
            }
        }
        resolver
    }

    fn add_forms(&mut self, forms: Forms, i: usize) {
        add(&mut self.plain, forms.plain.clone(), i);
        if forms.bare != forms.plain {
            add(&mut self.plain, forms.bare, i);
        }
        for (map, key) in [(&mut self.begun, forms.plain), (&mut self.begun_whole, forms.whole)] {
            let list: &mut Vec<usize> = map.entry(key).or_default();
            if list.last() != Some(&i) {
                list.push(i);
            }
        }
    }

    /// The clip of an event, by names and timecode.
    ///
    /// # Errors
    /// Nothing fits, or several do.
    pub fn resolve(&self, number: usize, event: &Event) -> Result<Found, Refused> {
        match self.exact(event) {
            Exact::One(fitting) => return Ok(self.found(number, event, fitting, Tier::Exact)),
            Exact::Several(several) => return Err(self.ambiguous(number, &several)),
            Exact::None => {}
        }
        let fitting = self.fuzzy(event);
        let Some(best) = fitting.first().filter(|best| best.score >= LEAST) else {
            return Err(self.nothing(number, event, &fitting));
        };
        // Scores are products of a few decimals: a difference of exactly the least is one.
        let close: Vec<Fitting> = fitting.iter().filter(|other| best.score - other.score < AHEAD - 1e-9).cloned().collect();
        match close.as_slice() {
            [_] => Ok(self.found(number, event, best.clone(), Tier::Fuzzy)),
            several => Err(self.ambiguous(number, several)),
        }
    }

    /// By the whole reel, and by whole names, each with timecode that counts as the clip's. Where both find something, it has to be the same.
    fn exact(&self, event: &Event) -> Exact {
        let holds = |i: &usize| Some((*i, self.place(event, *i)?)).filter(|(_, place)| place.rule.is_none() && place.first >= 0);
        let fitting = |rule: String| move |(source, place)| Fitting { source, place, score: 1.0, rules: vec![rule.clone()] };
        let mut by_reel: Vec<Fitting> = vec![];
        if let Some(reel) = event.reel.as_deref() {
            let whole = matching::stem(reel);
            let named = get(&self.whole, &last(reel)).iter().chain(get(&self.whole, &whole));
            let named: BTreeSet<usize> = named.copied().collect();
            by_reel.extend(named.iter().filter_map(holds).map(fitting(format!("reel {reel} is the clip's name"))));
            if by_reel.is_empty() {
                by_reel.extend(get(&self.reels, &whole).iter().filter_map(holds).map(fitting(format!("reel {reel}"))));
            }
        }
        let mut by_name: Vec<Fitting> = vec![];
        for name in &event.names {
            let stands = get(&self.whole, &last(name));
            let named = if stands.is_empty() { get(&self.whole, &matching::stem(name)) } else { stands };
            by_name.extend(named.iter().filter_map(holds).map(fitting(format!("name {}", last_part(name)))));
            if !by_name.is_empty() {
                break;
            }
        }
        let by_name_is_empty = by_name.is_empty();
        let mut both: Vec<Fitting> = by_reel.iter().filter(|r| by_name.iter().any(|n| n.source == r.source)).cloned().collect();
        if both.is_empty() {
            // What reel and name say of different clips is for somebody to decide.
            both = by_reel.into_iter().chain(by_name).collect();
        } else if let Some(name) = by_name.first().map(|n| n.rules.clone()) {
            both.iter_mut().for_each(|fitting| fitting.rules.extend(name.clone()));
        }
        if by_name_is_empty && let Some(reel) = event.reel.as_deref().filter(|reel| reel.trim().chars().count() == CMX_REEL) {
            // A roll of 8 characters may be the beginning of a longer name: which one was meant, timecode has to tell.
            let longer: BTreeSet<usize> = beginning(&self.begun_whole, &matching::stem(reel)).flatten().copied().collect();
            let known: BTreeSet<usize> = both.iter().map(|fitting| fitting.source).collect();
            let rule = format!("reel {reel}: {}", CUT.words);
            if !both.is_empty() {
                both.extend(longer.difference(&known).filter_map(holds).map(fitting(rule)));
            }
        }
        // Of several that have its first frame, those that have all of it.
        let whole: Vec<Fitting> = both.iter().filter(|f| f.place.is_within(&self.sources[f.source].candidate)).cloned().collect();
        let left = if whole.is_empty() { both } else { whole };
        match left.as_slice() {
            [] => Exact::None,
            [one] => Exact::One(one.clone()),
            _ => Exact::Several(left),
        }
    }

    /// Every clip that a changed name may mean and that has a frame of the event, the best first.
    fn fuzzy(&self, event: &Event) -> Vec<Fitting> {
        let mut named: BTreeMap<usize, Vec<(f64, String)>> = BTreeMap::new();
        let texts = event.names.iter().map(|n| ("name", n.as_str())).chain(event.reel.as_deref().map(|r| ("reel", r)));
        for (what, text) in texts {
            let mut best: BTreeMap<usize, &Rule> = BTreeMap::new();
            self.by_rules(what, text, &mut |rule, i| {
                let known = best.entry(i).or_insert(rule);
                if rule.score > known.score {
                    *known = rule;
                }
            });
            for (i, rule) in best {
                named.entry(i).or_default().push((rule.score, format!("{what} {}: {}", last_part(text), rule.words)));
            }
        }
        let mut fitting: Vec<Fitting> = named
            .into_iter()
            .filter_map(|(source, mut said)| {
                let place = self.place(event, source)?;
                said.sort_by(|a, b| b.0.total_cmp(&a.0));
                let more = CORROBORATED * (said.len() - 1).min(2) as f64;
                let within = if place.is_within(&self.sources[source].candidate) { 1.0 } else { 0.85 };
                let score = (said.first()?.0 + more) * place.factor * within;
                let of_time = place.rule.map(|rule| self.rule_of_time(rule, event, source));
                let rules = said.into_iter().map(|(_, words)| words).chain(of_time).collect();
                // A fuzzy match is never taken for an exact one.
                Some(Fitting { source, place, score: score.min(0.99), rules })
            })
            .collect();
        fitting.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.source.cmp(&b.source)));
        fitting
    }

    /// A rule about timecode; where the two count otherwise, with how.
    fn rule_of_time(&self, rule: &str, event: &Event, source: usize) -> String {
        match self.sources[source].candidate.rate {
            Some(rate) if labels(rate) != labels(event.rate) => {
                format!("{rule} (the list counts {}, the clip {})", labels(event.rate), labels(rate))
            }
            _ => rule.to_owned(),
        }
    }

    /// What the list calls a clip that it cannot be, where it says so: the name of another clip, or the camera, roll and clip of another.
    /// What an editor calls a clip (a scene, a take) contradicts nothing; nor does a list one of whose names may be the clip's.
    pub fn contradiction(&self, event: &Event, source: usize) -> Option<String> {
        let clip = self.sources.get(source)?;
        let may_be_its = |name: &String| {
            let mut leads_there = false;
            self.by_rules("reel", name, &mut |_, i| leads_there |= i == source);
            leads_there
        };
        if event.names.iter().any(may_be_its) {
            return None;
        }
        let has_camera = clip.candidate.names.iter().any(|name| camera_of(name).is_some());
        let is_of_another = |name: &str| [last(name), matching::stem(name)].iter().any(|form| self.whole.contains_key(form));
        let names_another = |name: &&String| is_of_another(name) || (has_camera && camera_of(name).is_some());
        let other = event.names.iter().find(names_another)?;
        Some(format!("the list calls it {}, the clip is {}", last_part(other), clip.name))
    }

    /// Calls `found` for every clip that a rule about names leads to.
    fn by_rules<'r>(&self, what: &str, text: &str, found: &mut dyn FnMut(&'r Rule, usize)) {
        let forms = Forms::of(text);
        let mut tell = |rule: &'r Rule, list: &[usize]| list.iter().for_each(|i| found(rule, *i));
        if forms.plain.is_empty() {
            return;
        }
        tell(&WHOLE, get(&self.whole, &forms.whole));
        // Before separators, which are worth the same: of two the first is told.
        tell(&ROLL, get(&self.reels, &forms.whole));
        tell(&SEPARATORS, get(&self.plain, &forms.plain));
        if forms.bare != forms.plain {
            tell(&ENDING, get(&self.plain, &forms.bare));
        }
        if what == "reel" {
            tell(&PADDING, get(&self.unpadded, &forms.unpadded));
            if text.trim().chars().count() == CMX_REEL {
                let whole = text.trim().to_lowercase();
                beginning(&self.begun_whole, &whole).for_each(|list| tell(&CUT, list));
                beginning(&self.begun, &plain(&whole)).filter(|_| plain(&whole).len() == CMX_REEL).for_each(|list| tell(&CUT, list));
            }
        }
        if let Some(camera) = &forms.camera {
            tell(&CAMERA, get(&self.camera, camera));
        }
        if forms.bare.chars().count() >= SHORTEST {
            beginning(&self.begun, &forms.bare).for_each(|list| tell(&BEGINS, list));
        }
    }

    pub fn place(&self, event: &Event, source: usize) -> Option<Place> {
        place(event, &self.sources.get(source)?.candidate)
    }

    pub fn found(&self, number: usize, event: &Event, fitting: Fitting, tier: Tier) -> Found {
        let Fitting { source, place, score, rules } = fitting;
        let frames = self.sources[source].candidate.frames;
        let at = format!("{} is frame {} of {frames} of the clip", event.code(event.start), place.first.saturating_add(1));
        let reason = match tier {
            Tier::Exact => format!("{} and timecode", rules.join(", ")),
            _ => rules.join(", "),
        };
        let evidence = rules.into_iter().chain([at]).chain(event.notes.iter().cloned()).collect();
        let matched = Matched { event: number, source, frames: 0..=0, handles: [0; 2], tier, reason, evidence, score };
        Found { matched, place }
    }

    fn offers(&self, fitting: &[Fitting]) -> Vec<Offer> {
        let offer = |f: &Fitting| {
            let source = self.sources.get(f.source)?;
            Some(Offer { clip: source.name.clone(), path: source.path.clone(), score: f.score, reason: f.rules.join(", ") })
        };
        fitting.iter().take(LISTED).filter_map(offer).collect()
    }

    pub fn refused(&self, event: usize, why: String, fitting: &[Fitting]) -> Refused {
        let possible = fitting.iter().map(|f| f.source).collect();
        Refused { possible, candidates: self.offers(fitting), ..Refused::new(event, why) }
    }

    fn ambiguous(&self, event: usize, several: &[Fitting]) -> Refused {
        self.refused(event, format!("fits {}", count(several.len(), "clip")), several)
    }

    /// Nothing fits: says what is named so and does not have the timecode, or what a rule that is too weak found.
    fn nothing(&self, number: usize, event: &Event, weak: &[Fitting]) -> Refused {
        if !weak.is_empty() {
            let why = format!("nothing fits well: the best has a score of {:.2}, under {LEAST}", weak[0].score);
            return self.refused(number, why, weak);
        }
        let texts = event.names.iter().chain(&event.reel);
        let mut named = BTreeSet::new();
        for text in texts {
            self.by_rules("reel", text, &mut |_, i| {
                named.insert(i);
            });
        }
        let code = event.code(event.start);
        let named: Vec<Fitting> = named
            .into_iter()
            .filter_map(|i| {
                let candidate = &self.sources.get(i)?.candidate;
                let holds = match (candidate.start, candidate.rate) {
                    (Some(start), Some(rate)) => {
                        let last = start.offset(i64::try_from(candidate.frames).unwrap_or(i64::MAX).saturating_sub(1), rate);
                        format!("runs from {start} to {last}")
                    }
                    _ => "states no timecode".to_owned(),
                };
                let place = Place { first: 0, frames: 0, rule: None, factor: 0.0 };
                Some(Fitting { source: i, place, score: 0.0, rules: vec![holds] })
            })
            .collect();
        let why = match named.as_slice() {
            [] => "no clip is named so".to_owned(),
            [one] => format!("{} is named so and {}, which has no {code}", self.sources[one.source].name, one.rules[0]),
            more => format!("{} are named so, and none has {code}", count(more.len(), "clip")),
        };
        self.refused(number, why, &named)
    }

    /// Warns of reels that CMX3600 may have cut.
    pub fn cut_reels(&self, events: &[Event]) -> Vec<String> {
        let reels: BTreeSet<&str> = events.iter().filter_map(|e| e.reel.as_deref()).map(str::trim).collect();
        let cut = reels.into_iter().filter(|reel| reel.chars().count() == CMX_REEL).filter_map(|reel| {
            let lower = reel.to_lowercase();
            if self.whole.contains_key(&lower) || self.reels.contains_key(&lower) {
                return None;
            }
            let begun: BTreeSet<usize> = beginning(&self.begun_whole, &lower).flatten().copied().collect();
            (!begun.is_empty()).then(|| {
                let names = count(begun.len(), "clip");
                format!("reel {reel} has the 8 characters that CMX3600 cuts reels to, and begins the names of {names}")
            })
        });
        cut.collect()
    }
}

enum Exact {
    One(Fitting),
    Several(Vec<Fitting>),
    None,
}

fn add<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<usize>>, key: K, i: usize) {
    let list = map.entry(key).or_default();
    if list.last() != Some(&i) {
        list.push(i);
    }
}

fn get<'m, K: std::hash::Hash + Eq>(map: &'m HashMap<K, Vec<usize>>, key: &K) -> &'m [usize] {
    map.get(key).map(Vec::as_slice).unwrap_or_default()
}

/// What begins so and goes on.
fn beginning<'m>(map: &'m BTreeMap<String, Vec<usize>>, text: &str) -> impl Iterator<Item = &'m Vec<usize>> {
    let text = text.to_owned();
    map.range(text.clone()..).take_while(move |(key, _)| key.starts_with(&text)).map(|(_, list)| list)
}

/// Without folders, in lower case.
fn last(name: &str) -> String {
    last_part(name).to_lowercase()
}
