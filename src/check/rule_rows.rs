//! What becomes of a row in the table of rules: a variant of [`super::rule::Rule`], and an arm in each of its questions.

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $about:literal
        why $why:literal
        fix $fix:literal
        bad {$($bad:literal => $bad_text:expr),+}
        good {$($good:literal => $good_text:expr),+};)+) => {
        /// A rule. Its code never changes; settings and reports name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $about] $name,)+
        }

        impl Rule {
            /// All rules, in the order in which findings at one place are listed.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable short name.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it requires, in one sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }

            /// How much it matters unless settings say otherwise.
            pub fn default_severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// What happens to a document that breaks it, in sentences.
            pub fn why(self) -> &'static str {
                match self { $(Self::$name => $why,)+ }
            }

            /// What to do about a finding, in sentences.
            pub fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix,)+ }
            }

            /// The files in which this rule, and no other, finds something: those of a scorecard, or from the top of a
            /// workspace.
            pub fn bad_example(self) -> &'static [ExampleFile] {
                match self { $(Self::$name => &[$(($bad, $bad_text)),+],)+ }
            }

            /// The same files as they should be.
            pub fn good_example(self) -> &'static [ExampleFile] {
                match self { $(Self::$name => &[$(($good, $good_text)),+],)+ }
            }
        }
    };
}

pub(super) use rules;
