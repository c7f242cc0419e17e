//! PayPal's operations by method and path, for those who know PayPal's API.

use connector_host::actions::ActionInfo;
use http::Method;
use percent_encoding::percent_decode_str;

/// The operations of the actions that are one request each.
pub(super) struct Operations(Vec<Operation>);

struct Operation {
    method: String,
    segments: Vec<Segment>,
    /// The action's place in the list.
    action: usize,
}

enum Segment {
    Literal(String),
    /// A parameter's name.
    Parameter(String),
}

/// An operation that was found.
pub(crate) struct Found<'a> {
    pub(crate) action: &'a ActionInfo,
    /// The parameters of the path, decoded.
    pub(crate) path: Vec<(String, String)>,
}

impl Operations {
    /// `is_composed` says which actions are no operation of PayPal's.
    pub(super) fn of(actions: &[ActionInfo], is_composed: impl Fn(&ActionInfo) -> bool) -> Self {
        let operation = |(action, it): (usize, &ActionInfo)| Operation {
            method: it.method.clone(),
            segments: it.path.split('/').skip(1).map(Segment::of).collect(),
            action,
        };
        Self(actions.iter().enumerate().filter(|(_, it)| !is_composed(it)).map(operation).collect())
    }

    /// Finds the operation of a path without its first slash. Where a literal and a parameter fit, the literal counts.
    pub(super) fn find<'a>(&self, actions: &'a [ActionInfo], method: &Method, path: &str) -> Option<Found<'a>> {
        let given: Vec<&str> = path.split('/').collect();
        let fitting = self.0.iter().filter(|it| it.method == method.as_str() && it.fits(&given));
        let best =
            fitting.max_by_key(|it| it.segments.iter().filter(|it| matches!(it, Segment::Literal(_))).count())?;
        let path = best.segments.iter().zip(given).filter_map(|(segment, given)| match segment {
            Segment::Parameter(name) => {
                Some((name.clone(), percent_decode_str(given).decode_utf8().ok()?.into_owned()))
            }
            Segment::Literal(_) => None,
        });
        Some(Found { action: actions.get(best.action)?, path: path.collect() })
    }
}

impl Operation {
    fn fits(&self, given: &[&str]) -> bool {
        self.segments.len() == given.len()
            && self.segments.iter().zip(given).all(|(segment, given)| segment.fits(given))
    }
}

impl Segment {
    fn of(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }

    /// A literal is not decoded: PayPal's have nothing to encode.
    fn fits(&self, given: &str) -> bool {
        match self {
            Self::Literal(text) => text == given,
            Self::Parameter(_) => !given.is_empty(),
        }
    }
}
