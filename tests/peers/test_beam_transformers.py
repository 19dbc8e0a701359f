"""Hugging Face's `generate` on the same scores: greedy and beam search find the same sequences with the same scores.

The model is a toy whose scores come from a fixed table of (token before last, last token, next token): no training,
and full of near ties between short and long sequences.
"""

import pytest
import torch

from course_lib.train.search import NextScores, beam_search, greedy

transformers = pytest.importorskip("transformers", reason="pip install 'neural-architectures[peers]'")

from transformers.modeling_outputs import CausalLMOutput  # noqa: E402

PAD, START, END, V, LONGEST = 0, 1, 2, 11, 9


def table_of(seed: int) -> torch.Tensor:
    """Scores (V, V, V) of what follows two tokens."""
    return 1.5 * torch.randn(V, V, V, generator=torch.Generator().manual_seed(seed))


def ours(table: torch.Tensor) -> NextScores:
    """The table as our search asks for it."""

    def next_scores(so_far: torch.Tensor) -> torch.Tensor:
        before = so_far[:, -2] if so_far.shape[1] > 1 else torch.zeros(len(so_far), dtype=torch.long)
        return table[before, so_far[:, -1]]

    return next_scores


class TableConfig(transformers.PretrainedConfig):  # type: ignore[misc, name-defined]
    """The least a configuration can say."""

    model_type = "table"


class TableModel(transformers.PreTrainedModel, transformers.GenerationMixin):  # type: ignore[misc, name-defined]
    """The table as `generate` asks for it."""

    config_class = TableConfig

    def __init__(self, config: TableConfig, table: torch.Tensor) -> None:
        super().__init__(config)
        self.table = torch.nn.Parameter(table)
        self.post_init()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, **_: object
    ) -> CausalLMOutput:
        """Scores after every position."""
        before = torch.cat([torch.zeros_like(input_ids[:, :1]), input_ids[:, :-1]], dim=1)
        return CausalLMOutput(logits=self.table[before, input_ids])

    def prepare_inputs_for_generation(self, input_ids: torch.Tensor, **_: object) -> dict[str, torch.Tensor]:
        """All tokens so far, no cache."""
        return {"input_ids": input_ids}


def theirs(table: torch.Tensor, **how: object) -> tuple[list[tuple[int, ...]], list[float]]:
    """Sequences and scores of `generate`, best first, cut after the end token."""
    config = TableConfig(vocab_size=V, num_hidden_layers=1, hidden_size=1, num_attention_heads=1, is_decoder=True)
    found = TableModel(config, table).generate(
        torch.tensor([[START]]), max_new_tokens=LONGEST,
        do_sample=False, use_cache=False, return_dict_in_generate=True, output_scores=True,
        pad_token_id=PAD, eos_token_id=END, **how,
    )  # fmt: skip
    said = []
    for row in found.sequences[:, 1:].tolist():
        said.append(tuple(row[: row.index(END) + 1] if END in row else row))
    scores = found.sequences_scores.tolist() if "sequences_scores" in found else []
    return said, scores


@pytest.mark.parametrize("seed", range(6))
def test_greedy_agrees(seed: int) -> None:
    said, _ = theirs(table_of(seed))
    assert greedy(ours(table_of(seed)), START, END, LONGEST).tokens == said[0]


@pytest.mark.parametrize(("beams", "penalty"), [(2, 0.0), (3, 0.0), (5, 0.0), (3, 0.7), (4, 1.0)])
@pytest.mark.parametrize("seed", range(6))
def test_beam_search_agrees(seed: int, beams: int, penalty: float) -> None:
    table = table_of(seed)
    how = {"num_beams": beams, "num_return_sequences": beams, "length_penalty": penalty, "early_stopping": "never"}
    said, scores = theirs(table, **how)
    found = beam_search(ours(table), START, END, beams, LONGEST, penalty)
    assert [hypothesis.tokens for hypothesis in found] == said
    assert [hypothesis.score for hypothesis in found] == pytest.approx(scores, abs=1e-5)


def test_the_toy_is_worth_searching() -> None:
    """On some of these tables greed is not enough, some answers end early and some run to the last token."""
    tables = [ours(table_of(seed)) for seed in range(6)]
    best = [beam_search(table, START, END, 5, LONGEST)[0] for table in tables]
    greed = [greedy(table, START, END, LONGEST) for table in tables]
    assert sum(a.score > b.score + 1e-6 for a, b in zip(best, greed, strict=True)) >= 2
    assert len({len(each.tokens) for each in best}) >= 2
