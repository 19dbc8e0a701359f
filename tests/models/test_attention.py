"""The speller cannot cheat, and writing step by step agrees with reading all at once."""

import torch

from course_lib.models.attention import AttentionSpeller, AttentionSpellerConfig, greedy_decode

SIZES = AttentionSpellerConfig(source_tokens=9, target_tokens=11, width=12, heads=3, layers=2)


def model() -> AttentionSpeller:
    torch.manual_seed(0)
    return AttentionSpeller(SIZES).eval()


def test_what_is_yet_to_be_written_changes_nothing() -> None:
    speller, source = model(), torch.tensor([[3, 4, 5, 2]])
    a = speller(source, torch.tensor([[1, 5, 6, 7]]))
    b = speller(source, torch.tensor([[1, 5, 9, 3]]))
    assert torch.equal(a[:, :2], b[:, :2])
    assert not torch.allclose(a[:, 2:], b[:, 2:])


def test_padding_changes_nothing() -> None:
    speller, so_far = model(), torch.tensor([[1, 5, 6]])
    a = speller(torch.tensor([[3, 4, 2]]), so_far)
    b = speller(torch.tensor([[3, 4, 2, 0, 0]]), so_far)
    torch.testing.assert_close(a, b)


def test_writing_follows_the_likeliest_token() -> None:
    speller, source = model(), torch.tensor([[3, 4, 5, 2], [6, 2, 0, 0]])
    written = greedy_decode(speller, source, start=1, end=2, longest=6)
    for row, letters in zip(written, source, strict=True):
        so_far = torch.cat([torch.tensor([1]), row])[None]
        likeliest = speller(letters[None], so_far)[0].argmax(-1)
        said = likeliest[: len(row)]
        stop = (said == 2).nonzero()[:1].flatten().tolist() or [len(row)]
        assert torch.equal(said[: stop[0]], row[: stop[0]])
        assert (row[stop[0] :] == 0).all()


def test_order_matters_because_of_positions() -> None:
    speller, so_far = model(), torch.tensor([[1, 5]])
    a = speller(torch.tensor([[3, 4, 5, 2]]), so_far)
    b = speller(torch.tensor([[5, 4, 3, 2]]), so_far)
    assert not torch.allclose(a, b)
    speller.positions.zero_()
    a = speller(torch.tensor([[3, 4, 5, 2]]), so_far)
    b = speller(torch.tensor([[5, 4, 3, 2]]), so_far)
    torch.testing.assert_close(a, b)
