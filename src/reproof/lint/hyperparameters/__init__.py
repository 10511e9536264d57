"""What the rule `hardcoded-hyperparameter` knows about code: which literals of a module are hyperparameters.

`examine` asks `place` whether a file is worth parsing, has `module` read its trees once (with `imports` and
`scope`), and puts together what the finders say. Each finder looks at one way of writing a value into code and
yields a `hit` a literal:

- `calls` (by `arguments`): what catalogued libraries take, by keyword, by position, in dicts and grids;
- `own_names`: what the project's configuration (`options`) names;
- `own_calls`: what the file's own functions call a position, and what they hand on (`own_functions`);
- `loops`, `constants`, `dictionaries`, `splits`, `reinforcement`: what a name around it speaks of;
- `columns`, `selections`: which columns are X and y, and which are kept; `reach` goes back from a training to where
  they were chosen, `frames` says what an expression takes of a table;
- `criteria`, `binarized`, `percentiles`: what a number is compared with, cuts in two, and cuts off;
- `weights`, `schedules`, `windows`, `draws`: a loss's terms, what changes when, what looks back, what is drawn;
- `company`, `built`: what stands beside hyperparameters in one configuration, or where a model is built;
- `overridable`: defaults, in strict mode only. `declarations` says where others are defaults as well.

They share `literals` (what a value written into code is, and its `pieces`), `nodes` (how a node is called) and
`lexicon` (what names mean; by their parts, `composed`; of columns, `column_words`; with texts, `choices`).
Messages, findings and fixes are not made here.
"""
