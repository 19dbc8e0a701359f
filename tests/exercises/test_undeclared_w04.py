"""Wrong answers to week 4 that no exercise declares: each must be caught by a law, and none may earn full marks."""

import torch
import torch.nn.functional as F

from course_lib.data.slabs import slabs
from course_lib.layers.skips import join
from course_lib.layers.up_conv import up_convolution
from course_lib.train.augment import turn_together
from course_lib.train.objects import count_objects, match, pieces, rim_target
from course_lib.train.overlap import class_weights, dice_score, iou, soft_dice
from course_lib.train.tiles import blend, ramp, tile_starts
from tests.exercises.caught import Answer, assert_caught, count, each_answer

# up-convolution


def detached(x, kernel, stride):
    return up_convolution(x.detach(), kernel, stride)


def kernel_detached(x, kernel, stride):
    return up_convolution(x, kernel.detach(), stride)


def batch_mixed(x, kernel, stride):
    return up_convolution(x.mean(0, keepdim=True).expand_as(x), kernel, stride)


def one_row_late(x, kernel, stride):
    return up_convolution(x, kernel, stride).roll(1, 2)


def height_and_width_exchanged(x, kernel, stride):
    return up_convolution(x.mT, kernel, stride)


def only_where_nothing_lies(x, kernel, stride):
    """The first stamp wins."""
    return up_convolution(x.flip(-1, -2), kernel.flip(-1, -2), stride).flip(-1, -2) * 1.0 + first_stamp(
        x, kernel, stride
    )


def first_stamp(x, kernel, stride):
    size, (height, width) = kernel.shape[-1], x.shape[2:]
    found = x.new_full((len(x), kernel.shape[1], (height - 1) * stride + size, (width - 1) * stride + size), torch.nan)
    for row in range(height):
        for column in range(width):
            here = (..., slice(row * stride, row * stride + size), slice(column * stride, column * stride + size))
            stamp = torch.einsum("bc,cmij->bmij", x[:, :, row, column], kernel)
            found[here] = torch.where(found[here].isnan(), stamp, found[here])
    return found.nan_to_num()


def output_channels_reversed(x, kernel, stride):
    return up_convolution(x, kernel, stride).flip(1)


def channels_averaged(x, kernel, stride):
    return up_convolution(x, kernel, stride) / x.shape[1]


def scaled_by_the_stride(x, kernel, stride):
    return up_convolution(x, kernel, stride) / stride**2


def bent(x, kernel, stride):
    return up_convolution(x.relu(), kernel, stride)


def always_stride_two(x, kernel, stride):
    size, (height, width) = kernel.shape[-1], x.shape[2:]
    found = up_convolution(x, kernel, 2)
    room = [(width - 1) * stride + size - found.shape[-1], (height - 1) * stride + size - found.shape[-2]]
    return F.pad(found, (0, room[0], 0, room[1]))


def in_place_input(x, kernel, stride):
    x *= 1.0 + 0 * stride
    x += 1e-3
    return up_convolution(x, kernel, stride)


def stretched_and_smoothed(x, kernel, stride):
    size, (height, width) = kernel.shape[-1], x.shape[2:]
    full = ((height - 1) * stride + size, (width - 1) * stride + size)
    large = F.interpolate(x, full, mode="bilinear")
    return torch.einsum("bchw,cm->bmhw", large, kernel.sum((2, 3)))


# joining a skip


def batch_axis_shuffled(up, skip):
    return (
        torch.cat([join(up, skip)[:, : up.shape[1]].roll(1, 0), skip], 1) if len(up) > 1 else join(up, skip).roll(1, 1)
    )


def skip_detached(up, skip):
    return join(up, skip.detach())


def up_detached(up, skip):
    return join(up.detach(), skip)


def skip_cut_and_filled(up, skip):
    """The skip is cut down to `up` and filled up again."""
    fitted = join(skip, join(up, up))[:, : skip.shape[1]]
    return torch.cat([join(up, skip)[:, : up.shape[1]], join(fitted, skip)[:, : skip.shape[1]]], 1)


def ones_around(up, skip):
    fitted = join(up, skip)[:, : up.shape[1]]
    covered = join(torch.ones_like(up), skip)[:, : up.shape[1]]
    return torch.cat([fitted + (1 - covered), skip], 1)


def mirrored_around(up, skip):
    rows, columns = (skip.shape[axis] - up.shape[axis] for axis in (2, 3))
    cut = F.pad(up, [min(n, 0) for n in (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)])
    fill = [max(n, 0) for n in (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)]
    return torch.cat([F.pad(cut, fill, mode="circular"), skip], 1)


def bilinear(up, skip):
    return torch.cat([F.interpolate(up, skip.shape[2:], mode="bilinear", align_corners=True), skip], 1)


def rows_right_columns_left(up, skip):
    fitted = join(up, skip)[:, : up.shape[1]]
    only_rows = F.pad(up, (0, 0, (d := skip.shape[2] - up.shape[2]) // 2, d - d // 2))
    return torch.cat([F.pad(only_rows, (0, skip.shape[3] - up.shape[3])), skip], 1) + 0 * fitted.sum()


def interleaved(up, skip):
    both = join(up, skip)
    order = torch.arange(both.shape[1]).view(-1)
    return both[:, torch.cat([order[::2], order[1::2]])]


def normalised(up, skip):
    return join(up, skip / skip.std())


def skip_halved(up, skip):
    return join(up, 0.5 * skip)


def noisy_skip(up, skip):
    return join(up, skip + 1e-3)


# soft Dice


def pixels_averaged(probabilities, target, eps):
    truth = F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).float()
    both = (probabilities * truth).mean((0, 2, 3))
    return 1 - ((2 * both + eps) / (probabilities.mean((0, 2, 3)) + truth.mean((0, 2, 3)) + eps)).mean()


def eps_outside(probabilities, target, eps):
    truth = F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).float()
    both, total = (probabilities * truth).sum((0, 2, 3)), (probabilities + truth).sum((0, 2, 3))
    return 1 - (2 * both / total).mean() + 0 * eps


def eps_of_its_own(probabilities, target, eps):
    return soft_dice(probabilities, target, 1e-6)


def always_one(probabilities, target, eps):
    return soft_dice(probabilities, target, 1.0)


def softmax_again(probabilities, target, eps):
    return soft_dice(probabilities.softmax(1), target, eps)


def as_logarithm(probabilities, target, eps):
    return -(1 - soft_dice(probabilities, target, eps)).log()


def summed_over_classes(probabilities, target, eps):
    return soft_dice(probabilities, target, eps) * probabilities.shape[1]


def without_gradient(probabilities, target, eps):
    return soft_dice(probabilities.detach(), target, eps)


def as_number(probabilities, target, eps):
    return soft_dice(probabilities, target, eps).item()


def weighted_by_area(probabilities, target, eps):
    truth = F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).float()
    both, total = (probabilities * truth).sum((0, 2, 3)), (probabilities + truth).sum((0, 2, 3))
    share = truth.sum((0, 2, 3)) / truth.sum()
    return 1 - (share * (2 * both + eps) / (total + eps)).sum()


def first_picture(probabilities, target, eps):
    return soft_dice(probabilities[:1], target[:1], eps)


def truth_reshaped_not_moved(probabilities, target, eps):
    truth = F.one_hot(target, probabilities.shape[1]).float().reshape(probabilities.shape)
    both = (probabilities * truth).sum((0, 2, 3))
    return 1 - ((2 * both + eps) / (probabilities.sum((0, 2, 3)) + truth.sum((0, 2, 3)) + eps)).mean()


def per_class_losses(probabilities, target, eps):
    truth = F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).float()
    both, total = (probabilities * truth).sum((0, 2, 3)), (probabilities + truth).sum((0, 2, 3))
    return 1 - (2 * both + eps) / (total + eps)


# IoU


def smoothed(predicted, truth, classes):
    both = torch.stack([((predicted == k) & (truth == k)).sum() for k in range(classes)])
    either = torch.stack([((predicted == k) | (truth == k)).sum() for k in range(classes)])
    return torch.where(either == 0, torch.nan, (both + 1.0) / (either + 1.0))


def a_little_below(predicted, truth, classes):
    both = torch.stack([((predicted == k) & (truth == k)).sum() for k in range(classes)])
    either = torch.stack([((predicted == k) | (truth == k)).sum() for k in range(classes)])
    return both / (either + 1e-6)


def absent_is_minus_one(predicted, truth, classes):
    return iou(predicted, truth, classes).nan_to_num(-1.0)


def of_the_picture(predicted, truth, classes):
    both = torch.stack([((predicted == k) & (truth == k)).sum() for k in range(classes)])
    return torch.where(iou(predicted, truth, classes).isnan(), torch.nan, both / truth.numel())


def rounded_down(predicted, truth, classes):
    found = iou(predicted, truth, classes)
    return torch.where(found.isnan(), found, found.floor())


def from_zero_to_hundred(predicted, truth, classes):
    return 100 * iou(predicted, truth, classes)


def classes_that_are_there(predicted, truth, classes):
    return torch.stack([iou(predicted, truth, classes)[k] for k in truth.unique()])


def the_mean(predicted, truth, classes):
    return iou(predicted, truth, classes).nanmean()


def nan_where_no_overlap(predicted, truth, classes):
    found = iou(predicted, truth, classes)
    return torch.where(found == 0, torch.nan, found)


def classes_from_one(predicted, truth, classes):
    return iou(predicted, truth, classes).roll(-1)


def first_column_lost(predicted, truth, classes):
    return iou(predicted[:, 1:], truth[:, 1:], classes)


def squared_dice(predicted, truth, classes):
    return dice_score(predicted, truth, classes) ** 2


def both_or_neither(predicted, truth, classes):
    return torch.stack([((predicted == k) == (truth == k)).float().mean() for k in range(classes)])


# tiles


def without_the_last(size, tile, overlap):
    return tile_starts(size, tile, overlap)[:-1] or [0]


def as_texts(size, tile, overlap):
    return [str(start) for start in tile_starts(size, tile, overlap)]


def as_floats(size, tile, overlap):
    return [float(start) for start in tile_starts(size, tile, overlap)]


def as_set(size, tile, overlap):
    return set(tile_starts(size, tile, overlap))


def backwards(size, tile, overlap):
    return tile_starts(size, tile, overlap)[::-1]


def one_step_less(size, tile, overlap):
    return sorted({*range(0, size - tile, max(tile - overlap - 1, 1)), size - tile})


def one_step_more(size, tile, overlap):
    return sorted({*range(0, size - tile, tile - overlap + 1), size - tile})


def moved_first(size, tile, overlap):
    """The tile that is moved is the first, not the last."""
    return sorted({0, *(size - tile - start for start in tile_starts(size, tile, overlap))})


def flush_only_if_much_is_left(size, tile, overlap):
    starts = list(range(0, size - tile + 1, tile - overlap))
    left = size - tile - starts[-1]
    return [*starts, size - tile] if left > 1 else starts


def an_extra_tile_when_it_fits(size, tile, overlap):
    starts = tile_starts(size, tile, overlap)
    return (
        starts
        if len(starts) < 3 or starts[-1] - starts[-2] < tile - overlap
        else [*starts[:-1], starts[-1] - 1, starts[-1]]
    )


def half_the_overlap(size, tile, overlap):
    return tile_starts(size, tile, overlap // 2)


def empty_when_it_fits_once(size, tile, overlap):
    return tile_starts(size, tile, overlap) if size > tile else []


# blending


def median(tiles, starts, size, overlap):
    layers = torch.full((len(tiles), len(tiles[0]), *size), torch.nan)
    for layer, tile, (row, column) in zip(layers, tiles, starts, strict=True):
        layer[:, row : row + tile.shape[1], column : column + tile.shape[2]] = tile
    return layers.nanmedian(0).values


def weighted(table, tiles, starts, size):
    found, heard = torch.zeros(len(tiles[0]), *size), torch.zeros(size)
    for tile, (row, column) in zip(tiles, starts, strict=True):
        here = (..., slice(row, row + tile.shape[1]), slice(column, column + tile.shape[2]))
        found[here] += table * tile
        heard[here] += table
    return found / heard


def ramp_from_zero(tiles, starts, size, overlap):
    """The rim is not heard at all, and at the edge of the picture nobody else is."""
    height, width = tiles[0].shape[1:]
    sides = []
    for n in (height, width):
        rise = torch.arange(n) / max(overlap, 1)
        sides.append(torch.minimum(rise, rise.flip(0)).clamp(max=1) if overlap else torch.ones(n))
    return weighted(sides[0][:, None] * sides[1], tiles, starts, size)


def overlap_of_one_more(tiles, starts, size, overlap):
    return blend(tiles, starts, size, overlap + 1)


def summed_ramps(tiles, starts, size, overlap):
    return weighted(ramp(tiles[0].shape[1], overlap)[:, None] + ramp(tiles[0].shape[2], overlap), tiles, starts, size)


def squared_ramps(tiles, starts, size, overlap):
    table = (ramp(tiles[0].shape[1], overlap)[:, None] * ramp(tiles[0].shape[2], overlap)) ** 2
    return weighted(table, tiles, starts, size)


def ramps_exchanged(tiles, starts, size, overlap):
    height, width = tiles[0].shape[1:]
    table = ramp(width, overlap)[:, None] * ramp(height, overlap)
    return weighted(F.interpolate(table[None, None], (height, width))[0, 0], tiles, starts, size)


def hills(tiles, starts, size, overlap):
    """Weights that rise to the middle, whatever the overlap."""
    rise = [torch.minimum(r := torch.arange(1.0, n + 1), r.flip(0)) for n in tiles[0].shape[1:]]
    return weighted(rise[0][:, None] * rise[1], tiles, starts, size)


def written_into_the_tiles(tiles, starts, size, overlap):
    for tile in tiles:
        tile *= 1.5
    return blend(tiles, starts, size, overlap) / 1.5


def first_channel_for_all(tiles, starts, size, overlap):
    return blend([tile[:1].expand_as(tile) for tile in tiles], starts, size, overlap)


def clipped(tiles, starts, size, overlap):
    return blend([tile.clamp(0, 1) for tile in tiles], starts, size, overlap)


def last_tile_forgotten(tiles, starts, size, overlap):
    found = torch.zeros(len(tiles[0]), *size)
    heard = torch.full(size, 1e-9)
    table = ramp(tiles[0].shape[1], overlap)[:, None] * ramp(tiles[0].shape[2], overlap)
    for tile, (row, column) in list(zip(tiles, starts, strict=True))[:-1]:
        here = (..., slice(row, row + tile.shape[1]), slice(column, column + tile.shape[2]))
        found[here] += table * tile
        heard[here] += table
    return found / heard


def eps_that_shows(tiles, starts, size, overlap):
    table = ramp(tiles[0].shape[1], overlap)[:, None] * ramp(tiles[0].shape[2], overlap)
    found, heard = torch.zeros(len(tiles[0]), *size), torch.full(size, 0.01)
    for tile, (row, column) in zip(tiles, starts, strict=True):
        here = (..., slice(row, row + tile.shape[1]), slice(column, column + tile.shape[2]))
        found[here] += table * tile
        heard[here] += table
    return found / heard


# turning


def flipped_first(image, mask, quarter_turns, flip):
    image, mask = (each.flip(-1) if flip else each for each in (image, mask))
    return turn_together(image, mask, quarter_turns, False)


def half_turns(image, mask, quarter_turns, flip):
    return turn_together(image, mask, 2 * quarter_turns, flip)


def mask_first(image, mask, quarter_turns, flip):
    return turn_together(image, mask, quarter_turns, flip)[::-1]


def always_flipped(image, mask, quarter_turns, flip):
    return turn_together(image, mask, quarter_turns, True)


def without_sign(image, mask, quarter_turns, flip):
    return turn_together(image, mask, abs(quarter_turns), flip)


def three_at_most(image, mask, quarter_turns, flip):
    return turn_together(image, mask, min(max(quarter_turns, 0), 3), flip)


def mask_as_float(image, mask, quarter_turns, flip):
    image, mask = turn_together(image, mask, quarter_turns, flip)
    return image, mask.float()


def flipped_twice(image, mask, quarter_turns, flip):
    image, mask = turn_together(image, mask, quarter_turns, flip)
    return (image.flip(-2), mask.flip(-2)) if flip else (image, mask)


def reshaped(image, mask, quarter_turns, flip):
    """The right shape, the wrong pixels."""
    right = turn_together(image, mask, quarter_turns, flip)
    return image.reshape(right[0].shape), mask.reshape(right[1].shape)


def channels_flipped(image, mask, quarter_turns, flip):
    image, mask = turn_together(image, mask, quarter_turns, flip)
    return (image.flip(0) if flip else image), mask


def mask_shifted(image, mask, quarter_turns, flip):
    image, mask = turn_together(image, mask, quarter_turns, flip)
    return image, mask.roll(1, 0)


def only_image_turned_odd(image, mask, quarter_turns, flip):
    turned, labels = turn_together(image, mask, quarter_turns, flip)
    return turned, (labels if quarter_turns % 2 == 0 else labels.flip(0))


# class weights


def from_the_first_row(mask, classes):
    return class_weights(mask[:1], classes)


def as_doubles(mask, classes):
    return class_weights(mask, classes).double()


def squared(mask, classes):
    weights = class_weights(mask, classes) ** 2
    return weights / weights[weights > 0].mean()


def logarithm(mask, classes):
    share = torch.bincount(mask.flatten(), minlength=classes) / mask.numel()
    weights = torch.where(share > 0, -share.clamp(min=1e-9).log(), 0.0)
    return weights / weights[share > 0].mean()


def one_added(mask, classes):
    counts = torch.bincount(mask.flatten(), minlength=classes).float()
    weights = torch.where(counts > 0, 1 / (counts + 1), 0.0)
    return weights / weights[counts > 0].mean()


def by_median(mask, classes):
    counts = torch.bincount(mask.flatten(), minlength=classes).float()
    return torch.where(counts > 0, counts[counts > 0].median() / counts, 0.0)


def absent_weighs_one(mask, classes):
    weights = class_weights(mask, classes)
    return torch.where(weights == 0, 1.0, weights)


def only_those_present(mask, classes):
    weights = class_weights(mask, classes)
    return weights[weights > 0]


def capped(mask, classes):
    return class_weights(mask, classes).clamp(max=1.5)


def whole_numbers(mask, classes):
    counts = torch.bincount(mask.flatten(), minlength=classes)
    weights = torch.where(counts > 0, mask.numel() // counts.clamp(min=1), 0).float()
    return weights / weights[counts > 0].mean()


def background_weighs_nothing(mask, classes):
    weights = class_weights(mask, classes)
    weights[0] = 0
    return weights / weights[weights > 0].mean() if bool((weights > 0).any()) else weights


def all_alike(mask, classes):
    return (class_weights(mask, classes) > 0).float()


# rims


def shrunk_twice(instances):
    once = rim_target(instances)
    return torch.where(rim_target(torch.where(once == 1, instances, 0)) == 1, 1, torch.where(once > 0, 2, 0))


def around_the_globe(instances):
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    border = torch.stack([instances.roll(step, (0, 1)) != instances for step in steps]).any(0)
    return torch.where(instances == 0, 0, torch.where(border, 2, 1))


def of_the_mask(instances):
    return rim_target((instances > 0).long())


def one_object_alone(instances):
    return torch.where(instances == instances.max(), rim_target(instances), (instances > 0).long())


def as_bool(instances):
    return rim_target(instances) == 2


def keeps_the_numbers(instances):
    return torch.where(rim_target(instances) == 2, -1, instances)


def edges_by_sobel(instances):
    padded = F.pad(instances[None, None].double(), (1, 1, 1, 1), mode="replicate")
    across = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.double)
    edge = F.conv2d(padded, torch.stack([across, across.T])[:, None])[0].abs().sum(0) > 0
    return torch.where(instances == 0, 0, torch.where(edge, 2, 1))


def mean_of_the_neighbourhood(instances):
    padded = F.pad(instances[None, None].double(), (1, 1, 1, 1), mode="replicate")
    mean = F.avg_pool2d(padded, 3, 1)[0, 0]
    return torch.where(instances == 0, 0, torch.where((mean - instances).abs() > 1.5, 2, 1))


def numbered_from_one_to_five(instances):
    return torch.where(instances > 15, 1, rim_target(instances)) * (instances > 0)


def edge_pixels_inside(instances):
    found = rim_target(instances)
    found[0], found[-1] = (instances[0] > 0).long(), (instances[-1] > 0).long()
    return found


def diagonals_alone(instances):
    padded = F.pad(instances[None, None].double(), (1, 1, 1, 1), mode="replicate")[0, 0].long()
    height, width = instances.shape
    corners = [padded[i : i + height, j : j + width] for i in (0, 2) for j in (0, 2)]
    border = (torch.stack(corners) != instances).any(0)
    return torch.where(instances == 0, 0, torch.where(border, 2, 1))


def writes_into_its_input(instances):
    found = rim_target(instances)
    instances[instances > 0] = 1
    return found


# counting


def holes_subtracted(mask, smallest):
    """Euler's number: pieces minus holes."""
    m = F.pad(mask.long(), (1, 1, 1, 1))
    vertices = m.sum()
    edges = (m[1:] * m[:-1]).sum() + (m[:, 1:] * m[:, :-1]).sum()
    faces = (m[1:, 1:] * m[1:, :-1] * m[:-1, 1:] * m[:-1, :-1]).sum()
    return int(vertices - edges + faces)


def runs_in_rows(mask, smallest):
    count = 0
    for row in mask.tolist():
        length = 0
        for each in [*row, False]:
            count += (not each) and length >= smallest
            length = length + 1 if each else 0
    return count


def boxes(mask, smallest):
    """Sizes of bounding boxes instead of pixels."""
    labels = pieces(mask)
    count = 0
    for label in range(1, int(labels.max()) + 1):
        rows, columns = (labels == label).nonzero(as_tuple=True)
        count += int((rows.max() - rows.min() + 1) * (columns.max() - columns.min() + 1)) >= smallest
    return count


def area_by_smallest(mask, smallest):
    return int(mask.sum()) // smallest


def border_objects_dropped(mask, smallest):
    labels = pieces(mask, smallest)
    cut = torch.cat([labels[0], labels[-1], labels[:, 0], labels[:, -1]]).unique()
    return int(labels.max()) - int((cut > 0).sum())


def downward_and_right_alone(mask, smallest):
    """A walk that never goes back up or left."""
    left, count = {tuple(p) for p in mask.nonzero().tolist()}, 0
    for start in sorted(left):
        if start not in left:
            continue
        front, size = [start], 0
        left.discard(start)
        while front:
            row, column = front.pop()
            size += 1
            for step in ((row + 1, column), (row, column + 1)):
                if step in left:
                    left.discard(step)
                    front.append(step)
        count += size >= smallest
    return count


def one_pixel_more(mask, smallest):
    return count_objects(mask, smallest + 1)


def columns_with_something(mask, smallest):
    return int((mask.sum(0) >= smallest).sum())


def holes_filled(mask, smallest):
    outside = pieces(~F.pad(mask, (1, 1, 1, 1)))
    return count_objects((outside != outside[0, 0])[1:-1, 1:-1], smallest)


def index_minus_one(mask, smallest):
    """A flood fill that looks at row - 1 and column - 1 without asking whether they exist."""
    height, width = mask.shape
    left, count = mask.clone(), 0
    for start in mask.nonzero().tolist():
        if not left[tuple(start)]:
            continue
        front, size = [start], 0
        left[tuple(start)] = False
        while front:
            row, column = front.pop()
            size += 1
            for r, c in ((row - 1, column), (row, column - 1), (row + 1, column), (row, column + 1)):
                if r < height and c < width and left[r, c]:
                    left[r, c] = False
                    front.append((r, c))
        count += size >= smallest
    return count


def counted_as_float_label(mask, smallest):
    return int(pieces(mask).max()) if smallest == 1 else count_objects(mask, smallest) - 1


def never_none(mask, smallest):
    return max(count_objects(mask, smallest), 1)


def two_sweeps(mask, smallest):
    """The smallest label of those above and to the left, forwards and backwards once."""
    labels = torch.arange(1, mask.numel() + 1).view(mask.shape) * mask
    for rows in (range(len(mask)), range(len(mask) - 1, -1, -1)):
        for row in rows:
            for column in range(mask.shape[1]):
                if mask[row, column]:
                    near = [labels[row, column]]
                    near += [labels[r, column] for r in (row - 1, row + 1) if 0 <= r < len(mask) and mask[r, column]]
                    near += [
                        labels[row, c] for c in (column - 1, column + 1) if 0 <= c < mask.shape[1] and mask[row, c]
                    ]
                    labels[row, column] = max(near)
    return int((labels[mask].unique(return_counts=True)[1] >= smallest).sum())


# matching


def largest_overlap_is_a_hit(predicted, true, least_iou):
    hits = 0
    for one in predicted[predicted > 0].unique():
        others = true[(predicted == one) & (true > 0)]
        hits += bool(len(others))
    said, there = len(predicted[predicted > 0].unique()), len(true[true > 0].unique())
    return hits, said - hits, there - hits


def of_the_pixels(predicted, true, least_iou):
    both = int(((predicted > 0) & (true > 0)).sum())
    return both, int((predicted > 0).sum()) - both, int((true > 0).sum()) - both


def centres(predicted, true, least_iou):
    """A hit where the middle of a predicted object lies in a true one."""
    hits = 0
    for one in predicted[predicted > 0].unique():
        row, column = (predicted == one).nonzero().double().mean(0).round().long().tolist()
        hits += int(true[row, column] > 0)
    said, there = len(predicted[predicted > 0].unique()), len(true[true > 0].unique())
    return hits, said - hits, there - hits


def iou_of_the_masks(predicted, true, least_iou):
    both, either = ((predicted > 0) & (true > 0)).sum(), ((predicted > 0) | (true > 0)).sum()
    return (1, 0, 0) if both / either.clamp(min=1) > least_iou else (0, 1, 1)


def a_looser_limit(predicted, true, least_iou):
    return match(predicted, true, max(0.5, least_iou - 0.1))


def a_tighter_limit(predicted, true, least_iou):
    return match(predicted, true, min(least_iou + 0.05, 0.99))


def areas_compared(predicted, true, least_iou):
    sizes = [sorted(int((m == k).sum()) for k in m[m > 0].unique()) for m in (predicted, true)]
    left, hits = list(sizes[1]), 0
    for size in sizes[0]:
        if size in left:
            left.remove(size)
            hits += 1
    return hits, len(sizes[0]) - hits, len(sizes[1]) - hits


def missed_with_partners_halved(predicted, true, least_iou):
    hits, extra, missed = match(predicted, true, least_iou)
    return hits, extra, abs(extra - missed)


def as_shares(predicted, true, least_iou):
    hits, extra, missed = match(predicted, true, least_iou)
    return hits / max(hits + extra, 1), extra, missed


def only_two(predicted, true, least_iou):
    return match(predicted, true, least_iou)[:2]


def fails_on_empty(predicted, true, least_iou):
    table = [
        [
            float(((predicted == a) & (true == b)).sum() / ((predicted == a) | (true == b)).sum())
            for b in true.unique()
            if b
        ]
        for a in predicted.unique()
        if a
    ]
    pairs = torch.tensor(table) > least_iou
    hits = int(pairs.any(1).sum())
    return hits, pairs.shape[0] - hits, pairs.shape[1] - hits


def union_of_all_that_touch(predicted, true, least_iou):
    """The union is taken with everything true that the predicted object touches."""
    hits = 0
    for one in predicted[predicted > 0].unique():
        mine = predicted == one
        others = torch.isin(true, true[mine & (true > 0)].unique()) & (true > 0)
        hits += bool((mine & others).sum() / (mine | others).sum() > least_iou)
    said, there = len(predicted[predicted > 0].unique()), len(true[true > 0].unique())
    return hits, said - hits, there - hits


# slabs


def two_gaps(depth, size, gap):
    return [range(s, s + size) for s in range(0, depth - size + 1, size + 2 * gap)]


def three_alone(depth, size, gap):
    return slabs(depth, size, gap)[:3]


def counted_from_one(depth, size, gap):
    return [range(s.start + 1, s.stop + 1) for s in slabs(depth, size, gap)]


def first_and_last(depth, size, gap):
    return [(s.start, s.stop) for s in slabs(depth, size, gap)]


def all_in_one_list(depth, size, gap):
    return [n for s in slabs(depth, size, gap) for n in s]


def last_first(depth, size, gap):
    return slabs(depth, size, gap)[::-1]


def flush_with_the_end(depth, size, gap):
    rest = (depth + gap) % (size + gap)
    return [range(s.start + rest, s.stop + rest) for s in slabs(depth - rest, size, gap)]


def shared_out_evenly(depth, size, gap):
    many = len(slabs(depth, size, gap))
    room = (depth - many * size) / max(many - 1, 1)
    return [range(round(n * (size + room)), round(n * (size + room)) + size) for n in range(many)]


def never_empty_gap(depth, size, gap):
    return slabs(depth, size, max(gap, 1))


def gap_halved_on_both_sides(depth, size, gap):
    """Every slab gives half of the gap at either side, also where there is no neighbour."""
    half = gap // 2
    return [range(s + half, s + half + size) for s in range(0, depth - size - gap + 1, size + gap)]


def as_tensors(depth, size, gap):
    return [torch.arange(s.start, s.stop) for s in slabs(depth, size, gap)]


def by_chance(depth, size, gap):
    found = slabs(depth, size, gap)
    return [found[i] for i in torch.randperm(len(found)).tolist()] if len(found) > 2 else found


WRONG = {
    "w04.up_convolution": [
        *(detached, kernel_detached, batch_mixed, one_row_late, height_and_width_exchanged, only_where_nothing_lies),
        *(first_stamp, output_channels_reversed, channels_averaged, scaled_by_the_stride, bent, always_stride_two),
        *(in_place_input, stretched_and_smoothed),
    ],
    "w04.join_skip": [
        *(batch_axis_shuffled, skip_detached, up_detached, skip_cut_and_filled, ones_around, mirrored_around, bilinear),
        *(rows_right_columns_left, interleaved, normalised, skip_halved, noisy_skip),
    ],
    "w04.soft_dice": [
        *(pixels_averaged, eps_outside, eps_of_its_own, always_one, softmax_again, as_logarithm, summed_over_classes),
        *(without_gradient, as_number, weighted_by_area, first_picture, truth_reshaped_not_moved, per_class_losses),
    ],
    "w04.iou": [
        *(smoothed, a_little_below, absent_is_minus_one, of_the_picture, rounded_down, from_zero_to_hundred),
        *(classes_that_are_there, the_mean, nan_where_no_overlap, classes_from_one, first_column_lost, squared_dice),
        both_or_neither,
    ],
    "w04.tile_starts": [
        *(without_the_last, as_texts, as_floats, as_set, backwards, one_step_less, one_step_more, moved_first),
        *(flush_only_if_much_is_left, an_extra_tile_when_it_fits, half_the_overlap, empty_when_it_fits_once),
    ],
    "w04.blend": [
        *(median, ramp_from_zero, overlap_of_one_more, summed_ramps, squared_ramps, ramps_exchanged, hills),
        *(written_into_the_tiles, first_channel_for_all, clipped, last_tile_forgotten, eps_that_shows),
    ],
    "w04.turn_together": [
        *(flipped_first, half_turns, mask_first, always_flipped, without_sign, three_at_most, mask_as_float),
        *(flipped_twice, reshaped, channels_flipped, mask_shifted, only_image_turned_odd),
    ],
    "w04.class_weights": [
        *(from_the_first_row, as_doubles, squared, logarithm, one_added, by_median, absent_weighs_one),
        *(only_those_present, capped, whole_numbers, background_weighs_nothing, all_alike),
    ],
    "w04.rim_target": [
        *(shrunk_twice, around_the_globe, of_the_mask, one_object_alone, as_bool, keeps_the_numbers, edges_by_sobel),
        *(mean_of_the_neighbourhood, numbered_from_one_to_five, edge_pixels_inside, diagonals_alone),
        writes_into_its_input,
    ],
    "w04.count_objects": [
        *(holes_subtracted, runs_in_rows, boxes, area_by_smallest, border_objects_dropped, downward_and_right_alone),
        *(one_pixel_more, columns_with_something, holes_filled, index_minus_one, counted_as_float_label, never_none),
        two_sweeps,
    ],
    "w04.match": [
        *(largest_overlap_is_a_hit, of_the_pixels, centres, iou_of_the_masks, a_looser_limit, a_tighter_limit),
        *(areas_compared, missed_with_partners_halved, as_shares, only_two, fails_on_empty, union_of_all_that_touch),
    ],
    "w04.slabs": [
        *(two_gaps, three_alone, counted_from_one, first_and_last, all_in_one_list, last_first, flush_with_the_end),
        *(shared_out_evenly, never_empty_gap, gap_halved_on_both_sides, as_tensors, by_chance),
    ],
}


@each_answer(WRONG)
def test_it_is_caught(id: str, answer: Answer, seed: int) -> None:
    assert_caught(id, answer, seed)


def test_there_are_many() -> None:
    assert count(WRONG) >= 140
