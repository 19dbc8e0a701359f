"""Right answers to week 4 written in other ways: loops, products, one-liners, other libraries. All must pass."""

from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment

from course_lib.train.tiles import ramp
from tests.exercises.caught import Answer, assert_accepted, assert_declined, each_answer


def stamps_by_loop(x, kernel, stride):
    batch, channels, height, width = x.shape
    k = kernel.shape[-1]
    out = torch.zeros(batch, kernel.shape[1], (height - 1) * stride + k, (width - 1) * stride + k)
    for b in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    out[b, :, i * stride : i * stride + k, j * stride : j * stride + k] += x[b, c, i, j] * kernel[c]
    return out


def stamps_by_fold(x, kernel, stride):
    batch, channels, height, width = x.shape
    k = kernel.shape[-1]
    columns = kernel.reshape(channels, -1).T @ x.reshape(batch, channels, -1)
    size = ((height - 1) * stride + k, (width - 1) * stride + k)
    return F.fold(columns, size, k, stride=stride)


def stamps_by_spreading(x, kernel, stride):
    """Zeros between the pixels, then an ordinary convolution with the kernel turned by half a turn."""
    batch, channels, height, width = x.shape
    k = kernel.shape[-1]
    spread = x.new_zeros(batch, channels, (height - 1) * stride + 1, (width - 1) * stride + 1)
    spread[:, :, ::stride, ::stride] = x
    return F.conv2d(spread, kernel.flip(2, 3).transpose(0, 1), padding=k - 1)


def stamps_by_autograd(x, kernel, stride):
    """The gradient of a convolution is its transpose."""
    k = kernel.shape[-1]
    height, width = ((n - 1) * stride + k for n in x.shape[2:])
    y = torch.zeros(len(x), kernel.shape[1], height, width, requires_grad=True)
    with torch.enable_grad():
        low = F.conv2d(y, kernel, stride=stride)
        return torch.autograd.grad(low, y, x, create_graph=True)[0]


def stamps_by_index(x, kernel, stride):
    (batch, _, height, width), (_, out, k, _) = x.shape, kernel.shape
    rows = (torch.arange(height)[:, None] * stride + torch.arange(k)).flatten()
    columns = (torch.arange(width)[:, None] * stride + torch.arange(k)).flatten()
    stamps = torch.einsum("bchw,cmij->bmhiwj", x, kernel).reshape(batch, out, height * k, width * k)
    wide = torch.zeros(batch, out, height * k, (width - 1) * stride + k).index_add(3, columns, stamps)
    return torch.zeros(batch, out, (height - 1) * stride + k, wide.shape[3]).index_add(2, rows, wide)


def join_by_pad(up, skip):
    dy, dx = skip.size(2) - up.size(2), skip.size(3) - up.size(3)
    return torch.cat([F.pad(up, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2]), skip], dim=1)


def join_by_copying(up, skip):
    out = torch.zeros(len(skip), up.shape[1] + skip.shape[1], *skip.shape[2:])
    top, left = (skip.shape[2] - up.shape[2]) // 2, (skip.shape[3] - up.shape[3]) // 2
    cut = up[:, :, max(-top, 0) :, max(-left, 0) :][:, :, : skip.shape[2], : skip.shape[3]]
    a, b = max(top, 0), max(left, 0)
    out[:, : up.shape[1], a : a + cut.shape[2], b : b + cut.shape[3]] = cut
    out[:, up.shape[1] :] = skip
    return out


def join_axis_by_axis(up, skip):
    for axis in (2, 3):
        missing = skip.shape[axis] - up.shape[axis]
        front, behind = missing // 2, missing - missing // 2
        if front < 0:
            up = up.narrow(axis, -front, up.shape[axis] + front)
        elif front > 0:
            shape = list(up.shape)
            shape[axis] = front
            up = torch.cat([up.new_zeros(shape), up], axis)
        if behind < 0:
            up = up.narrow(axis, 0, up.shape[axis] + behind)
        elif behind > 0:
            shape = list(up.shape)
            shape[axis] = behind
            up = torch.cat([up, up.new_zeros(shape)], axis)
    return torch.cat((up, skip), 1)


def join_pixel_by_pixel(up, skip):
    rows = []
    top, left = (skip.shape[2] - up.shape[2]) // 2, (skip.shape[3] - up.shape[3]) // 2
    nothing = torch.zeros_like(up[:, :, 0, 0])
    for row in range(skip.shape[2]):
        inside = [(row - top, column - left) for column in range(skip.shape[3])]
        known = [0 <= r < up.shape[2] and 0 <= c < up.shape[3] for r, c in inside]
        rows.append(
            torch.stack([up[:, :, r, c] if k else nothing for (r, c), k in zip(inside, known, strict=True)], -1)
        )
    return torch.cat([torch.stack(rows, -2), skip], 1)


def dice_by_class(probabilities, target, eps=1.0):
    total = 0.0
    classes = probabilities.shape[1]
    for k in range(classes):
        p, t = probabilities[:, k], (target == k).float()
        total = total + (2 * (p * t).sum() + eps) / (p.sum() + t.sum() + eps)
    return 1 - total / classes


def dice_by_einsum(probabilities, target, eps=1.0):
    truth = torch.eye(probabilities.shape[1])[target]  # (B, H, W, K)
    both = torch.einsum("bkhw,bhwk->k", probabilities, truth)
    sizes = probabilities.sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 1, 2))
    return (1 - (2 * both + eps) / (sizes + eps)).mean()


def dice_by_scatter(probabilities, target, eps=1.0):
    truth = torch.zeros_like(probabilities).scatter_(1, target.unsqueeze(1), 1.0)
    flat, marks = (x.transpose(0, 1).flatten(1) for x in (probabilities, truth))
    return 1 - torch.mean((2 * (flat * marks).sum(1) + eps) / (flat.sum(1) + marks.sum(1) + eps))


def dice_flat(probabilities, target, eps=1.0):
    classes = probabilities.shape[1]
    p = probabilities.permute(0, 2, 3, 1).reshape(-1, classes)
    t = target.reshape(-1)
    hit = p.gather(1, t[:, None])[:, 0]
    both = torch.zeros(classes).index_add(0, t, hit)
    return 1 - ((2 * both + eps) / (p.sum(0) + torch.bincount(t, minlength=classes) + eps)).mean()


def iou_by_loop(predicted, truth, classes):
    found = []
    for k in range(classes):
        both = either = 0
        for p, t in zip(predicted.flatten().tolist(), truth.flatten().tolist(), strict=True):
            both += p == k and t == k
            either += p == k or t == k
        found.append(both / either if either else float("nan"))
    return torch.tensor(found)


def iou_by_masks(predicted, truth, classes):
    out = torch.full((classes,), float("nan"))
    for k in range(classes):
        a, b = predicted == k, truth == k
        if (a | b).any():
            out[k] = (a & b).sum() / (a | b).sum()
    return out


def iou_by_one_hot(predicted, truth, classes):
    a, b = (F.one_hot(mask, classes).bool().flatten(0, 1) for mask in (predicted, truth))
    return torch.logical_and(a, b).sum(0) / torch.logical_or(a, b).sum(0)


def iou_by_confusion(predicted, truth, classes):
    table = torch.zeros(classes, classes)
    table.index_put_((truth.flatten(), predicted.flatten()), torch.ones(truth.numel()), accumulate=True)
    return table.diag() / (table.sum(0) + table.sum(1) - table.diag())


def iou_by_numpy(predicted, truth, classes):
    p, t = predicted.numpy(), truth.numpy()
    with np.errstate(invalid="ignore"):
        found = [np.logical_and(p == k, t == k).sum() / np.logical_or(p == k, t == k).sum() for k in range(classes)]
    return torch.tensor(np.array(found), dtype=torch.float32)


def starts_by_while(size, tile, overlap):
    starts, place = [], 0
    while place + tile < size:
        starts.append(place)
        place += tile - overlap
    starts.append(size - tile)
    return starts


def starts_by_set(size, tile, overlap):
    return sorted({min(start, size - tile) for start in range(0, size, tile - overlap)})


def starts_by_count(size, tile, overlap):
    step = tile - overlap
    many = -(-(size - tile) // step)
    return [min(n * step, size - tile) for n in range(many + 1)]


def starts_by_tensor(size, tile, overlap):
    starts = torch.arange(0, size - tile + 1, tile - overlap).tolist()
    if starts[-1] + tile < size:
        starts.append(size - tile)
    return tuple(starts)


def blend_pixel_by_pixel(tiles, starts, size, overlap):
    height, width = tiles[0].shape[1:]
    down, right = ramp(height, overlap).tolist(), ramp(width, overlap).tolist()
    out = torch.zeros(len(tiles[0]), *size)
    for row, column in product(range(size[0]), range(size[1])):
        total, heard = torch.zeros(len(tiles[0])), 0.0
        for tile, (top, left) in zip(tiles, starts, strict=True):
            r, c = row - top, column - left
            if 0 <= r < height and 0 <= c < width:
                total += down[r] * right[c] * tile[:, r, c]
                heard += down[r] * right[c]
        out[:, row, column] = total / heard
    return out


def blend_by_padding(tiles, starts, size, overlap):
    height, width = tiles[0].shape[-2:]
    weight = torch.outer(ramp(height, overlap), ramp(width, overlap))
    total = heard = 0
    for tile, (row, column) in zip(tiles, starts, strict=True):
        room = (column, size[1] - column - width, row, size[0] - row - height)
        total = total + F.pad(tile * weight, room)
        heard = heard + F.pad(weight, room)
    return total / heard


def blend_by_layers(tiles, starts, size, overlap):
    height, width = tiles[0].shape[-2:]
    weight = ramp(height, overlap).unsqueeze(1) * ramp(width, overlap).unsqueeze(0)
    layers, weights = torch.zeros(len(tiles), len(tiles[0]), *size), torch.zeros(len(tiles), 1, *size)
    for n, (row, column) in enumerate(starts):
        layers[n, :, row : row + height, column : column + width] = tiles[n]
        weights[n, 0, row : row + height, column : column + width] = weight
    return (weights * layers).sum(0) / weights.sum(0)


def blend_with_a_ramp_of_my_own(tiles, starts, size, overlap):
    def rise(n):
        return torch.tensor([min(1.0, (i + 1) / (overlap + 1), (n - i) / (overlap + 1)) for i in range(n)])

    _, height, width = tiles[0].shape
    weight = rise(height)[:, None] * rise(width)[None, :]
    total, heard = torch.zeros(len(tiles[0]), *size), torch.zeros(1, *size)
    for tile, (row, column) in zip(tiles, starts, strict=True):
        total[:, row : row + height, column : column + width] += tile * weight
        heard[:, row : row + height, column : column + width] += weight
    return total / heard


def turn_step_by_step(image, mask, quarter_turns, flip):
    for _ in range(quarter_turns % 4):
        image, mask = image.transpose(1, 2).flip(1), mask.T.flip(0)
    if flip:
        image, mask = image.flip(2), mask.flip(1)
    return image, mask


def turn_as_one(image, mask, quarter_turns, flip):
    both = torch.cat([image.double(), mask[None].double()])
    both = torch.rot90(both, quarter_turns, [1, 2])
    if flip:
        both = torch.flip(both, [2])
    return both[:-1].float(), both[-1].long()


def turn_by_numpy(image, mask, quarter_turns, flip):
    found = []
    for each in (image, mask):
        turned = np.rot90(each.numpy(), quarter_turns, axes=(-2, -1))
        found.append(torch.from_numpy((turned[..., ::-1] if flip else turned).copy()))
    return found


def turn_by_index(image, mask, quarter_turns, flip):
    height, width = mask.shape
    place = torch.arange(height * width).view(height, width).rot90(quarter_turns)
    place = place.flip(1) if flip else place
    return image.flatten(1)[:, place.flatten()].view(-1, *place.shape), mask.flatten()[place]


def turn_pixel_by_pixel(image, mask, quarter_turns, flip):
    turns = quarter_turns % 4
    height, width = mask.shape
    high, wide = (width, height) if turns % 2 else (height, width)
    new_image, new_mask = torch.zeros(len(image), high, wide), torch.zeros(high, wide, dtype=mask.dtype)
    for r, c in product(range(height), range(width)):
        row, column = [(r, c), (width - 1 - c, r), (height - 1 - r, width - 1 - c), (c, height - 1 - r)][turns]
        column = wide - 1 - column if flip else column
        new_image[:, row, column], new_mask[row, column] = image[:, r, c], mask[r, c]
    return new_image, new_mask


def weights_by_loop(mask, classes):
    counts = [int((mask == k).sum()) for k in range(classes)]
    inverse = [1 / n if n else 0.0 for n in counts]
    mean = sum(inverse) / sum(n > 0 for n in counts)
    return torch.tensor([each / mean for each in inverse])


def weights_by_unique(mask, classes):
    present, counts = torch.unique(mask, return_counts=True)
    out = torch.zeros(classes)
    out[present] = 1.0 / counts.float()
    return out * len(present) / out.sum()


def weights_by_share(mask, classes):
    share = F.one_hot(mask.flatten(), classes).float().mean(0)
    weights = (1 / share).masked_fill(share == 0, 0.0)
    return weights / weights[share > 0].mean()


def weights_by_histogram(mask, classes):
    counts = torch.histc(mask.float(), bins=classes, min=-0.5, max=classes - 0.5)
    weights = torch.nan_to_num(counts.sum() / counts, posinf=0.0)
    return weights / (weights.sum() / (counts > 0).sum())


def rim_by_loop(instances):
    rows = instances.tolist()
    height, width = instances.shape
    out = torch.zeros_like(instances)
    for r, c in product(range(height), range(width)):
        if rows[r][c]:
            near = [(r + i, c + j) for i, j in product((-1, 0, 1), repeat=2)]
            around = {rows[a][b] for a, b in near if 0 <= a < height and 0 <= b < width}
            out[r, c] = 1 if len(around) == 1 else 2
    return out


def rim_by_pooling(instances):
    padded = F.pad(instances[None, None].double(), (1, 1, 1, 1), mode="replicate")
    high, low = F.max_pool2d(padded, 3, 1), -F.max_pool2d(-padded, 3, 1)
    return ((instances > 0).long() * (1 + (high != low)[0, 0].long())).long()


def rim_by_unfold(instances):
    padded = F.pad(instances[None, None].float(), (1, 1, 1, 1), mode="replicate")
    around = F.unfold(padded, 3).view(9, *instances.shape)
    alike = (around == instances).all(0)
    return torch.where(instances == 0, 0, torch.where(alike, 1, 2))


def rim_by_slices(instances):
    border = torch.zeros(instances.shape, dtype=torch.bool)
    height, width = instances.shape
    for i, j in ((0, 1), (1, 0), (1, 1), (1, -1)):
        one = instances[: height - i, max(-j, 0) : width - max(j, 0)]
        other = instances[i:, max(j, 0) : width - max(-j, 0)]
        differ = one != other
        border[: height - i, max(-j, 0) : width - max(j, 0)] |= differ
        border[i:, max(j, 0) : width - max(-j, 0)] |= differ
    return (instances > 0).long() + (border & (instances > 0)).long()


def rim_object_by_object(instances):
    out = torch.zeros_like(instances)
    for label in instances.unique().tolist():
        if label:
            mine = instances == label
            shrunk = -F.max_pool2d(-mine[None].float(), 3, 1, padding=1)[0] > 0
            out[mine] = 2
            out[mine & shrunk] = 1
    return out


def count_recursively(mask, smallest):
    left = {tuple(place) for place in mask.nonzero().tolist()}

    def walk(row, column):
        if (row, column) not in left:
            return 0
        left.discard((row, column))
        return 1 + walk(row + 1, column) + walk(row - 1, column) + walk(row, column + 1) + walk(row, column - 1)

    return sum(walk(*place) >= smallest for place in list(left))


def count_by_queue(mask, smallest):
    from collections import deque

    height, width = mask.shape
    seen = torch.zeros_like(mask)
    count = 0
    for r, c in product(range(height), range(width)):
        if mask[r, c] and not seen[r, c]:
            queue, size = deque([(r, c)]), 0
            seen[r, c] = True
            while queue:
                row, column = queue.popleft()
                size += 1
                for a, b in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                    if 0 <= a < height and 0 <= b < width and mask[a, b] and not seen[a, b]:
                        seen[a, b] = True
                        queue.append((a, b))
            count += size >= smallest
    return count


def count_by_spreading(mask, smallest):
    labels = torch.arange(1, mask.numel() + 1).view(mask.shape) * mask
    while True:
        p = F.pad(labels, (1, 1, 1, 1))
        near = torch.stack([labels, p[2:, 1:-1], p[:-2, 1:-1], p[1:-1, 2:], p[1:-1, :-2]])
        new = near.amax(0) * mask
        if torch.equal(new, labels):
            return int((torch.unique(labels[mask], return_counts=True)[1] >= smallest).sum())
        labels = new


def count_by_union(mask, smallest):
    parent = {place: place for place in map(tuple, mask.nonzero().tolist())}

    def root(place):
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for row, column in list(parent):
        for other in ((row - 1, column), (row, column - 1)):
            if other in parent:
                parent[root((row, column))] = root(other)
    sizes = {}
    for place in parent:
        sizes[root(place)] = sizes.get(root(place), 0) + 1
    return sum(size >= smallest for size in sizes.values())


def count_by_growing(mask, smallest):
    left, count = mask.clone(), 0
    cross = torch.tensor([[0.0, 1, 0], [1, 1, 1], [0, 1, 0]])[None, None]
    while left.any():
        piece = torch.zeros_like(left)
        piece[tuple(left.nonzero()[0])] = True
        while True:
            larger = (F.conv2d(piece[None, None].float(), cross, padding=1)[0, 0] > 0) & left
            if torch.equal(larger, piece):
                break
            piece = larger
        count += bool(piece.sum() >= smallest)
        left = left & ~piece
    return torch.tensor(count)


def count_by_matrix(mask, smallest):
    """Powers of the table of neighbours, squared until nothing changes."""
    places = mask.nonzero()
    if not len(places):
        return 0
    reach = ((places[:, None] - places[None]).abs().sum(-1) <= 1).float()
    while True:
        further = (reach @ reach > 0).float()
        if torch.equal(further, reach):
            break
        reach = further
    sizes = reach.sum(1)
    return round(float((1 / sizes)[sizes >= smallest].sum()))


def match_by_loop(predicted, true, least_iou=0.5):
    said = [k for k in predicted.unique().tolist() if k != 0]
    there = [k for k in true.unique().tolist() if k != 0]
    hits = 0
    for a, b in product(said, there):
        one, other = predicted == a, true == b
        hits += int((one & other).sum()) / int((one | other).sum()) > least_iou
    return hits, len(said) - hits, len(there) - hits


def match_by_sets(predicted, true, least_iou=0.5):
    def members(mask):
        found = {}
        for place, label in enumerate(mask.flatten().tolist()):
            if label:
                found.setdefault(label, set()).add(place)
        return list(found.values())

    said, there = members(predicted), members(true)
    found = [one for one in said if any(len(one & other) / len(one | other) > least_iou for other in there)]
    missed = [other for other in there if not any(len(one & other) / len(one | other) > least_iou for one in said)]
    return [len(found), len(said) - len(found), len(missed)]


def match_greedily(predicted, true, least_iou=0.5):
    left = {int(k) for k in true.unique() if k > 0}
    hits = extra = 0
    for a in predicted.unique():
        if a == 0:
            continue
        best, partner = 0.0, None
        for b in left:
            one, other = predicted == a, true == b
            value = ((one & other).sum() / (one | other).sum()).item()
            if value > best:
                best, partner = value, b
        if best > least_iou:
            hits += 1
            left.remove(partner)
        else:
            extra += 1
    return hits, extra, len(left)


def match_by_product(predicted, true, least_iou=0.5):
    one, other = ((mask.flatten()[None] == mask[mask > 0].unique()[:, None]).float() for mask in (predicted, true))
    both = one @ other.T
    good = both / (one.sum(1)[:, None] + other.sum(1)[None] - both) > least_iou
    return good.sum(), (~good.any(1)).sum(), (~good.any(0)).sum()


def match_by_assignment(predicted, true, least_iou=0.5):
    p, t = predicted.numpy(), true.numpy()
    said, there = np.unique(p[p > 0]), np.unique(t[t > 0])
    table = np.zeros((len(said), len(there)))
    for i, j in product(range(len(said)), range(len(there))):
        one, other = p == said[i], t == there[j]
        table[i, j] = (one & other).sum() / (one | other).sum()
    rows, columns = linear_sum_assignment(-table)
    hits = int((table[rows, columns] > least_iou).sum())
    return hits, len(said) - hits, len(there) - hits


def slabs_by_while(depth, size, gap):
    found, start = [], 0
    while start + size <= depth:
        found.append(range(start, start + size))
        start += size + gap
    return found


def slabs_by_number(depth, size, gap):
    many = (depth + gap) // (size + gap)
    return [list(range(n * (size + gap), n * (size + gap) + size)) for n in range(many)]


def slabs_by_tensor(depth, size, gap):
    starts = torch.arange(0, depth - size + 1, size + gap)
    return (starts[:, None] + torch.arange(size)).tolist()


def slabs_slice_by_slice(depth, size, gap):
    found = []
    for each in range(depth):
        if each % (size + gap) == 0:
            found.append([])
        if each % (size + gap) < size:
            found[-1].append(each)
    return tuple(slab for slab in found if len(slab) == size)


RIGHT = {
    "w04.up_convolution": [
        *(stamps_by_loop, stamps_by_fold, stamps_by_spreading, stamps_by_autograd, stamps_by_index),
    ],
    "w04.join_skip": [join_by_pad, join_by_copying, join_axis_by_axis, join_pixel_by_pixel],
    "w04.soft_dice": [dice_by_class, dice_by_einsum, dice_by_scatter, dice_flat],
    "w04.iou": [iou_by_loop, iou_by_masks, iou_by_one_hot, iou_by_confusion, iou_by_numpy],
    "w04.tile_starts": [starts_by_while, starts_by_set, starts_by_count, starts_by_tensor],
    "w04.blend": [blend_pixel_by_pixel, blend_by_padding, blend_by_layers, blend_with_a_ramp_of_my_own],
    "w04.turn_together": [turn_step_by_step, turn_as_one, turn_by_numpy, turn_by_index, turn_pixel_by_pixel],
    "w04.class_weights": [weights_by_loop, weights_by_unique, weights_by_share, weights_by_histogram],
    "w04.rim_target": [rim_by_loop, rim_by_pooling, rim_by_unfold, rim_by_slices, rim_object_by_object],
    "w04.count_objects": [
        *(count_recursively, count_by_queue, count_by_spreading, count_by_union, count_by_growing, count_by_matrix),
    ],
    "w04.match": [match_by_loop, match_by_sets, match_greedily, match_by_product, match_by_assignment],
    "w04.slabs": [slabs_by_while, slabs_by_number, slabs_by_tensor, slabs_slice_by_slice],
}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The first gradient of all loads much of torch: that stays off the clock."""
    stamps_by_autograd(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2, requires_grad=True), 1).sum().backward()


@each_answer(RIGHT)
def test_it_is_accepted(id: str, answer: Answer, seed: int) -> None:
    assert_accepted(id, answer, seed)


def test_the_library_that_counts_is_declined() -> None:
    ndimage = pytest.importorskip("scipy.ndimage")

    def borrowed(mask, smallest):
        labels, _ = ndimage.label(mask.numpy())
        return int((np.bincount(labels.ravel())[1:] >= smallest).sum())

    assert_declined("w04.count_objects", borrowed)


def test_the_operator_that_stamps_is_declined() -> None:
    def borrowed(x, kernel, stride):
        return F.conv_transpose2d(x, kernel, stride=stride)

    assert_declined("w04.up_convolution", borrowed)
