//! The table of rules: the code, the severity and the sentence of each one, why it matters, how a finding is fixed, and an
//! example of either kind. Reports, `check --explain`, SARIF and the reference are made from it.

use super::rule_rows::rules;
use super::severity::Severity;

/// A file of an example: its name, and its text. `[N characters]` in it stands for a text that is too long to be shown.
pub type ExampleFile = (&'static str, &'static str);

/// The first sections of guidelines.
macro_rules! classes {
    ($labels:literal, $target:literal) => {
        concat!(
            "## Objective\nJudge how the agent speaks.\n\n## Classes\n- Valid labels: ",
            $labels,
            "\n- Target class: ",
            $target,
            "\n- Default class: No\n"
        )
    };
}

/// The sections of guidelines that the classes Yes and No require.
macro_rules! definitions {
    () => {
        "\n## Definition of Yes\nThe agent is polite.\n\n## Conditions for Yes\nGreets and thanks.\n\n\
         ## Definition of No\nThe agent is rude.\n\n## Conditions for No\nInterrupts or insults.\n"
    };
}

rules! {
    MergeMarkers "merge-markers" Error
        "No line is left of an unfinished merge."
        why "A file with conflict markers holds two versions of a text, and can be read as neither."
        fix "Keep what you want of the lines between the markers, and delete the marker lines."
        bad { "Tone.yaml" => "name: Tone\n\
                            <<<<<<< local\n\
                            class: LangGraphScore\n\
                            =======\n\
                            class: TactusScore\n\
                            >>>>>>> dashboard\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    YamlSyntax "yaml-syntax" Error
        "Code, or a data source, is one YAML document of bounded depth and size."
        why "Nothing can run code that is not valid YAML. Depth and size are limited, so that no file can exhaust its reader."
        fix "Fix the YAML at the place that is named, or just before it."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [Polite, Rude\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [Polite, Rude]\n" };
    DuplicateKey "duplicate-key" Error
        "A mapping has each key once."
        why "Most readers keep only the last value and say nothing about the others."
        fix "Remove one of the two, or rename it."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nname: Voice\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    NotLoadable "not-loadable" Error
        "PyYAML and ruamel.yaml, which load scores to run them, can both load the code; PyYAML, a data source."
        why "Both refuse some texts that other YAML readers accept: a tab behind a value, an unknown tag, `{{text}}` without \
             quotes, a date that does not exist."
        fix "Write the text as the message says. Mostly it needs quotes."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nparameters:\n  prompt: {{text}}\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nparameters:\n  prompt: \"{{text}}\"\n" };
    NotAMapping "not-a-mapping" Error
        "Code, or a data source, is a mapping from keys to values."
        why "Plexus expects keys such as `name:` and `class:` at the top of the file."
        fix "Write `name:` and the other keys at the top level."
        bad { "Tone.yaml" => "- name: Tone\n- class: LangGraphScore\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    MissingName "missing-name" Error
        "A score has a name that is not empty."
        why "The dashboard and other scores find a score by its name."
        fix "Add `name:` with the score's name."
        bad { "Tone.yaml" => "class: LangGraphScore\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    WrongType "wrong-type" Error
        "A known key has a value of its type."
        why "Plexus stops, or reads something else than you meant, where it expects a text and finds a number or a list."
        fix "Write a value of the type that is named. `scoresync check --fix` quotes what should be a text."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nexternalId: 45813\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nexternalId: \"45813\"\n" };
    BadKey "bad-key" Error
        "`key` is made of a-z, 0-9, _ and -."
        why "The key stands in addresses and on command lines."
        fix "Use lower-case letters, digits, `_` and `-`."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nkey: Tone of Voice\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nkey: tone-of-voice\n" };
    BadValue "bad-value" Error
        "A key with a fixed set of values has one of them."
        why "Plexus knows no other value."
        fix "Use one of the values that the message lists."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ntype: boolean\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ntype: binary\n" };
    MissingClass "missing-class" Warning
        "A score says which class runs it."
        why "Without `class`, Plexus does not know how to run the score."
        fix "Add `class:`, for example `class: LangGraphScore`."
        bad { "Tone.yaml" => "name: Tone\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    ExternalIds "external-ids" Warning
        "`externalId` and `external_id` do not contradict each other."
        why "Some tools read one of them, some the other."
        fix "Keep one of the two keys."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nexternalId: \"45813\"\nexternal_id: \"45814\"\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nexternalId: \"45813\"\n" };
    Misspelt "misspelt-key" Warning
        "No key of a score, or of a node of a known class, is a known one with a letter wrong."
        why "Plexus ignores keys that it does not know, so what is written there has no effect."
        fix "Fix the spelling. If you meant the key as it is, turn the rule off."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_clases: [Polite, Rude]\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [Polite, Rude]\n" };
    NodeKey "node-key" Warning
        "A node has no key that only nodes of other classes take."
        why "A node ignores keys that its class does not take, so what is written there has no effect."
        fix "Remove the key, or use a class that takes it. If your Plexus has changed the class, turn the rule off."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: find\n\
                            \x20   class: Extractor\n\
                            \x20   valid_classes: [Polite, Rude]\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   valid_classes: [Polite, Rude]\n" };
    DeprecatedKey "deprecated-key" Warning
        "No key is used that was replaced by another."
        why "A later version of Plexus may no longer read the old key."
        fix "Use the key that is named. `scoresync check --fix` renames `tactus_code` to `code`."
        bad { "Tone.yaml" => "name: Tone\nclass: TactusScore\ntactus_code: return 1\n" }
        good { "Tone.yaml" => "name: Tone\nclass: TactusScore\ncode: return 1\n" };
    Processors "processors" Error
        "`processors` is a list of mappings with a class."
        why "Plexus cannot make a processor from anything else."
        fix "Write a list in which each item has `class`."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            item:\n\
                            \x20 processors:\n\
                            \x20   - FilterCustomerOnlyProcessor\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            item:\n\
                            \x20 processors:\n\
                            \x20   - class: FilterCustomerOnlyProcessor\n" };
    LegacyProcessors "legacy-processors" Warning
        "Processors are under `item`, not under `data`."
        why "Processors under `data` are the old way, and a later version of Plexus may no longer run them."
        fix "Move `processors` from `data` to `item`."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            data:\n\
                            \x20 processors:\n\
                            \x20   - class: FilterCustomerOnlyProcessor\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            item:\n\
                            \x20 processors:\n\
                            \x20   - class: FilterCustomerOnlyProcessor\n" };
    UnknownClass "unknown-class" Warning
        "Nodes and processors have classes that Plexus has."
        why "A score with an unknown class fails when it runs."
        fix "Fix the spelling. If your Plexus has classes of its own, turn the rule off."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ngraph:\n  - name: judge\n    class: Clasifier\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ngraph:\n  - name: judge\n    class: Classifier\n" };
    DeprecatedClass "deprecated-class" Warning
        "No node has a class that was replaced by another."
        why "A later version of Plexus may no longer have the old class."
        fix "Use the class that is named."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: YesOrNoClassifier\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   valid_classes: [\"Yes\", \"No\"]\n" };
    AmbiguousText "ambiguous-text" Warning
        "No text is written so that PyYAML and ruamel.yaml read different values."
        why "Plexus reads scores with both libraries. One takes an unquoted `Yes`, `No`, `On` or `Off` for a boolean, the \
             other for a text."
        fix "Put it into quotes. `scoresync check --fix` does it."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [Yes, No]\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [\"Yes\", \"No\"]\n" };
    AmbiguousValue "ambiguous-value" Warning
        "No value is written so that PyYAML and ruamel.yaml read different ones."
        why "The two libraries also differ on some booleans, numbers and dates where no text is expected."
        fix "Write it in a form that both read alike, or put it into quotes."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nparameters:\n  cached: on\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nparameters:\n  cached: true\n" };
    NotText "not-text" Warning
        "Class names are texts, not booleans, numbers, dates or null."
        why "A class named `true` or `1` never equals the text that a model answers."
        fix "Put it into quotes."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [true, false]\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nvalid_classes: [\"true\", \"false\"]\n" };
    ClassLists "class-lists" Warning
        "The class lists of YAML, Lua and guidelines agree."
        why "If they differ, the score can give an answer that nobody expects, or never gives one that somebody waits for."
        fix "Make the lists the same."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            valid_classes: [Polite, Rude]\n\
                            classes:\n\
                            \x20 - name: Polite\n\
                            \x20 - name: Neutral\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            valid_classes: [Polite, Rude]\n\
                            classes:\n\
                            \x20 - name: Polite\n\
                            \x20 - name: Rude\n" };
    UnknownNode "unknown-node" Error
        "Edges and conditions of a graph lead to its own nodes."
        why "A graph with an edge to nowhere cannot be built."
        fix "Fix the name, or add the node."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   edge: {node: explian}\n\
                            \x20 - name: explain\n\
                            \x20   class: Extractor\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   edge: {node: explain}\n\
                            \x20 - name: explain\n\
                            \x20   class: Extractor\n" };
    DuplicateNode "duplicate-node" Warning
        "Each node of a graph has a name of its own."
        why "An edge to the name could mean either node."
        fix "Rename one of them."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20 - name: judge\n\
                            \x20   class: Extractor\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20 - name: explain\n\
                            \x20   class: Extractor\n" };
    UnknownScore "unknown-score" Warning
        "`depends_on` and `results[…]` name scores of the scorecard."
        why "The score waits for a result that never comes."
        fix "Fix the name, or create the score first."
        bad {
            "Summary.yaml" => "name: Summary\nclass: LangGraphScore\ndepends_on: [Tome]\n",
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n"
        }
        good {
            "Summary.yaml" => "name: Summary\nclass: LangGraphScore\ndepends_on: [Tone]\n",
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n"
        };
    DependencyCycle "dependency-cycle" Error
        "No score depends on itself, directly or through others."
        why "Each of the scores waits for another one, so none of them can run."
        fix "Remove one of the dependencies."
        bad {
            "Summary.yaml" => "name: Summary\nclass: LangGraphScore\ndepends_on: [Tone]\n",
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndepends_on: [Summary]\n"
        }
        good {
            "Summary.yaml" => "name: Summary\nclass: LangGraphScore\ndepends_on: [Tone]\n",
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n"
        };
    DuplicateScore "duplicate-score" Warning
        "Each score of a scorecard has a name and a key of its own."
        why "Tools that look a score up by name or key could find either."
        fix "Rename one of them."
        bad {
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nkey: tone\n",
            "Voice.yaml" => "name: Voice\nclass: LangGraphScore\nkey: tone\n"
        }
        good {
            "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nkey: tone\n",
            "Voice.yaml" => "name: Voice\nclass: LangGraphScore\nkey: voice\n"
        };
    Template "template" Warning
        "Braces of templates are balanced."
        why "An open `{{` is sent to the model as it is, or stops the score."
        fix "Close it, or write it as text."
        bad { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   user_message: \"Judge {{ text }\"\n" }
        good { "Tone.yaml" => "name: Tone\n\
                            class: LangGraphScore\n\
                            graph:\n\
                            \x20 - name: judge\n\
                            \x20   class: Classifier\n\
                            \x20   user_message: \"Judge {{ text }}\"\n" };
    Placeholder "placeholder" Warning
        "No placeholder is left."
        why "Words such as TODO end up in front of a model or a reviewer."
        fix "Write what is meant, or remove it."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: TODO\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: How the agent speaks.\n" };
    Stamp "stamp" Info
        "No `version:` or `parent:` line of other tools is in the file."
        why "Other Plexus tools add these lines. They are never sent to the dashboard, and soon are out of date."
        fix "Remove them. `scoresync check --fix` does it."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\nversion: 1b2c3d\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\n" };
    TooLarge "too-large" Error
        "Code and guidelines together fit into one item of the store."
        why "The dashboard's store refuses items above 400 KB."
        fix "Shorten the prompts or the guidelines."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: \"[420000 characters]\"\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: \"[20000 characters]\"\n" };
    NearLimit "near-limit" Warning
        "Code and guidelines are not close to the limit of one item."
        why "The dashboard's store refuses items above 400 KB, and texts tend to grow."
        fix "Shorten the prompts or the guidelines while there is time."
        bad { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: \"[380000 characters]\"\n" }
        good { "Tone.yaml" => "name: Tone\nclass: LangGraphScore\ndescription: \"[20000 characters]\"\n" };
    GuidelinesFormat "guidelines-format" Warning
        "Guidelines follow the format of classifier guidelines."
        why "Plexus and its agents find their way in guidelines by their sections."
        fix "Begin with a title and the sections Objective and Classes."
        bad { "Tone.md" => "Say Yes if the agent is polite.\n" }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    GuidelinesTitle "guidelines-title" Warning
        "The first line of guidelines is their title."
        why "Readers and tools take the title from the first line."
        fix "Begin the file with `# ` and the title."
        bad { "Tone.md" => concat!(classes!("[Yes, No]", "Yes"), definitions!()) }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    GuidelinesLabels "guidelines-labels" Error
        "The Classes section lists at least two valid labels."
        why "A classifier chooses between labels."
        fix "Write `- Valid labels: [Yes, No]` into the section Classes."
        bad { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes]", "Yes")) }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    GuidelinesSection "guidelines-section" Error
        "Guidelines have the sections that their type requires."
        why "Two labels make a binary classifier, three or more a multi-class one, and each type needs certain sections."
        fix "Add the section that is named."
        bad { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes")) }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    GuidelinesHeading "guidelines-heading" Warning
        "Guidelines have no sections that the format does not know."
        why "Tools that read guidelines by their sections pass it over."
        fix "Rename the heading, or turn the rule off if you like extra sections."
        bad { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!(), "\n## My notes\nAsk Ana.\n") }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    GuidelinesClasses "guidelines-classes" Warning
        "Target, default and abstain class are given, and are labels."
        why "An evaluation counts hits by the target class, and a score falls back on the default class."
        fix "Add `Target class:`, `Default class:` or `Abstain class:` with one of the labels."
        bad { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Maybe"), definitions!()) }
        good { "Tone.md" => concat!("# Tone\n\n", classes!("[Yes, No]", "Yes"), definitions!()) };
    EmptyDocument "empty-document" Error
        "A report configuration or a data source has a text."
        why "Nothing runs without it. An empty file is more likely an accident than a wish."
        fix "Write the text, or delete the file: nothing is deleted in the dashboard."
        bad { "data-sources/Calls.yaml" => "\n" }
        good { "data-sources/Calls.yaml" => "class: CallCriteriaDBCache\n" };
    UnclosedFence "unclosed-fence" Error
        "Fenced code in a report configuration is closed."
        why "What follows belongs to the code: the text of the report is lost, and so are the blocks below."
        fix "Write a line with the signs of the opening line, mostly three backticks, below the code."
        bad { "report-configurations/Weekly.md" => "# Weekly\n\n```block name=\"Costs\"\nclass: CostAnalysis\n\nWhat it cost.\n" }
        good { "report-configurations/Weekly.md" =>
            "# Weekly\n\n```block name=\"Costs\"\nclass: CostAnalysis\n```\n\nWhat it cost.\n" };
    ReportBlock "report-block" Error
        "A block of a report is a YAML mapping with a class."
        why "Plexus leaves a block out that it cannot read, and says so only in its log."
        fix "Fix the YAML at the place that is named, or add `class:`."
        bad { "report-configurations/Weekly.md" => "# Weekly\n\n```block\nscorecard: QA\ndays: 7\n```\n" }
        good { "report-configurations/Weekly.md" => "# Weekly\n\n```block\nclass: FeedbackAlignment\nscorecard: QA\ndays: 7\n```\n" };
    UnknownBlock "unknown-block" Info
        "A block of a report has a class that Plexus 1.50 has."
        why "A block of a class that is not there ends with an error. A later release, or your own code, may have it."
        fix "Fix the name, or leave it if your Plexus has the class."
        bad { "report-configurations/Weekly.md" => "```block\nclass: CostAnalysys\n```\n" }
        good { "report-configurations/Weekly.md" => "```block\nclass: CostAnalysis\n```\n" };
    ReportParameters "report-parameters" Error
        "The parameters of a report are a list of mappings with names, above the first `---`."
        why "Plexus passes over anything else. Then nobody is asked for a value, and the report cannot be filled in."
        fix "Write `parameters:` first, below it `- name: …` for each one, and then a line `---`."
        bad { "report-configurations/Weekly.md" => "parameters:\n  days: 7\n---\n# The last {{ days }} days\n" }
        good { "report-configurations/Weekly.md" =>
            "parameters:\n  - name: days\n    type: number\n    default: 7\n---\n# The last {{ days }} days\n" };
    SourceClass "source-class" Error
        "A data source says which class loads it: in `class`, or in `data: class:`."
        why "No data set can be built from it."
        fix "Add `class:`, such as FeedbackItems."
        bad { "data-sources/Calls.yaml" => "scorecard: QA\nscore: Tone\n" }
        good { "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\n" };
    FeedbackItems "feedback-items" Error
        "A source of class FeedbackItems has what that class takes."
        why "It needs a scorecard and a score. Days and limits are whole numbers above 0, items are drawn `newest` or `random`, and \
             only a random sample has a seed. Plexus refuses anything else when the data set is built."
        fix "Correct the value that is named."
        bad { "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\ndays: 0\n" }
        good { "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\ndays: 30\n" };
    MisspeltParameter "misspelt-parameter" Warning
        "No key of a source of class FeedbackItems is a known one with a letter wrong."
        why "Plexus passes over keys that it does not know."
        fix "Write the key that the message names."
        bad { "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\nlimit_per_cel: 50\n" }
        good { "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\nlimit_per_cell: 50\n" };
    UnknownScope "unknown-scope" Warning
        "A report block or a source of class FeedbackItems names a scorecard and a score that were seen."
        why "Plexus finds neither feedback nor results for others. Offline, the last look at the dashboard counts."
        fix "Fix the name. `scoresync pull` sees what was created since."
        bad {
            "QA/Tone.yaml" => "name: Tone\nclass: LangGraphScore\n",
            "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tome\n"
        }
        good {
            "QA/Tone.yaml" => "name: Tone\nclass: LangGraphScore\n",
            "data-sources/Calls.yaml" => "class: FeedbackItems\nscorecard: QA\nscore: Tone\n"
        };
}
