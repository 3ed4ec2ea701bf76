package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.picture.Supply;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Reads pictures as a line of vectors of which each knows those before it, and says which way
/// pictures go on their way out of noise when they are told a group of that line.
///
/// Three stacks of the blocks that transformers of texts have: patches and behind them queries,
/// whose outputs are the line; the line, each vector seeing those before it; and patches of
/// pictures on their way, whose norms are shifted, patch by patch, by what each finds in the group.
/// What it finds is not added to it.
///
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025, D-AR</a>
public final class DiffusionNet {
    private static final double EPSILON = 1e-6;
    private static final double BASE = 10_000; // of rotary positions
    private static final int RANK = 8; // of queries
    private static final int INNER = 4; // times the width, inside feed-forward parts
    private static final int MODULATED = 6; // vectors of a modulation
    private static final OptionalInt ALL = OptionalInt.empty(); // rows are seen, however far off

    private final DiffusionShape shape;
    private final Reading reading;
    private final Telling telling;
    private final Emerging emerging;

    /// What reads pictures.
    ///
    /// @param places of patches, `[patches, width]`
    /// @param queries `[codes, RANK]`
    private record Reading(
            Linear patches,
            Norm first,
            Tensor places,
            Tensor queries,
            Linear widened,
            List<Block> blocks,
            Norm last,
            Linear numbers) {}

    /// What reads codes.
    ///
    /// @param places `[codes, width]`
    private record Telling(Linear numbers, Tensor places, List<Block> blocks, Norm last) {}

    /// What says which way pictures go.
    ///
    /// @param places of patches, `[patches, width]`: a group of few codes would else hardly tell
    ///   them from each other
    private record Emerging(
            Linear told,
            Norm toldNorm,
            Linear patches,
            Tensor places,
            List<Step> steps,
            Norm last,
            Linear out) {}

    /// A block that is told a group.
    ///
    /// @param told what each makes of the group for itself
    /// @param found what patches find in it
    private record Step(Times times, Mlp told, Norm toldNorm, Finding found, Block block) {}

    /// Patches look at a group.
    ///
    /// @param keysAndValues both in one product, `[2 width, width]`
    private record Finding(Norm before, Linear query, Linear keysAndValues, Linear output) {}

    private DiffusionNet(
            DiffusionShape shape, Reading reading, Telling telling, Emerging emerging) {
        this.shape = shape;
        this.reading = reading;
        this.telling = telling;
        this.emerging = emerging;
    }

    /// One whose weights come from somewhere. Needs an open scope.
    public static DiffusionNet of(DiffusionShape shape, Supply supply) {
        int width = shape.width();
        int numbers = shape.numbers();
        Reading reading =
                new Reading(
                        linear(supply, "read.patches", width, area(shape, shape.patch())),
                        new Norm.Bare(EPSILON),
                        supply.weight("read.places", cells(shape, shape.patch()), width),
                        supply.weight("read.queries", shape.codes(), RANK),
                        linear(supply, "read.widened", width, RANK),
                        blocks(shape, supply, "read.", shape.reading()),
                        norm(supply, "read.norm", width),
                        new Linear.Plain(
                                supply.weight("read.numbers.weight", numbers, width),
                                Optional.empty()));
        Telling telling =
                new Telling(
                        linear(supply, "tell.numbers", width, numbers),
                        supply.shift("tell.places", shape.codes(), width),
                        blocks(shape, supply, "tell.", shape.telling()),
                        norm(supply, "tell.norm", width));
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < shape.emerging(); i++) {
            steps.add(step(shape, supply, "emerge.%d.".formatted(i)));
        }
        Emerging emerging =
                new Emerging(
                        linear(supply, "emerge.told", width, width),
                        norm(supply, "emerge.told_norm", width),
                        linear(supply, "emerge.patches", width, area(shape, shape.fine())),
                        supply.weight("emerge.places", cells(shape, shape.fine()), width),
                        steps,
                        new Norm.Bare(EPSILON),
                        nothing(supply, "emerge.out", area(shape, shape.fine()), width));
        return new DiffusionNet(shape, reading, telling, emerging);
    }

    private static int cells(DiffusionShape shape, int side) {
        return shape.rows() / side * (shape.columns() / side);
    }

    private static int area(DiffusionShape shape, int side) {
        return shape.channels() * side * side;
    }

    private static Linear linear(Supply supply, String name, long out, long in) {
        return new Linear.Plain(
                supply.weight(name + ".weight", out, in),
                Optional.of(supply.shift(name + ".bias", out)));
    }

    /// One that makes nothing of anything yet.
    private static Linear nothing(Supply supply, String name, long out, long in) {
        return new Linear.Plain(
                supply.shift(name + ".weight", out, in),
                Optional.of(supply.shift(name + ".bias", out)));
    }

    private static Norm norm(Supply supply, String name, long width) {
        return new Norm.Layer(
                supply.scale(name + ".weight", width),
                supply.shift(name + ".bias", width),
                EPSILON);
    }

    private static List<Block> blocks(DiffusionShape shape, Supply supply, String name, int count) {
        long width = shape.width();
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String at = name + i + ".";
            blocks.add(
                    new Block(
                            norm(supply, at + "before", width),
                            attention(shape, supply, at, i, gate(supply, at + "mixed", width)),
                            Optional.of(
                                    new Block.Feed(
                                            norm(supply, at + "between", width),
                                            mlp(
                                                    supply,
                                                    at + "mlp.",
                                                    width,
                                                    gate(supply, at + "fed", width)))),
                            Optional.empty()));
        }
        return blocks;
    }

    /// A gate that is shut yet.
    private static Function<Linear, Linear> gate(Supply supply, String name, long width) {
        return plain -> new Linear.Gated(plain, supply.shift(name, width));
    }

    private static Attention attention(
            DiffusionShape shape,
            Supply supply,
            String at,
            int layer,
            Function<Linear, Linear> gate) {
        int heads = shape.heads();
        long width = shape.width();
        return new Attention(
                layer,
                heads,
                heads,
                shape.headDim(),
                ALL,
                linear(supply, at + "looks", 3 * width, width),
                gate.apply(linear(supply, at + "output", width, width)),
                Optional.of(norm(supply, at + "query_norm", shape.headDim())),
                Optional.of(norm(supply, at + "key_norm", shape.headDim())));
    }

    private static Mlp mlp(Supply supply, String at, long width, Function<Linear, Linear> gate) {
        return new Mlp.Silu(
                linear(supply, at + "up", INNER * width, width),
                gate.apply(linear(supply, at + "down", width, INNER * width)));
    }

    private static Step step(DiffusionShape shape, Supply supply, String at) {
        long width = shape.width();
        Function<Linear, Linear> open = Function.identity();
        return new Step(
                new Times(
                        linear(supply, at + "times.0", width, Times.WAVES),
                        linear(supply, at + "times.1", width, width)),
                mlp(supply, at + "told.", width, open),
                norm(supply, at + "told_norm", width),
                new Finding(
                        new Norm.Bare(EPSILON),
                        linear(supply, at + "finding.query", width, width),
                        linear(supply, at + "finding.keys_values", 2 * width, width),
                        linear(supply, at + "finding.output", width, width)),
                new Block(
                        new Norm.Bare(EPSILON),
                        attention(shape, supply, at, 0, open),
                        Optional.of(
                                new Block.Feed(
                                        new Norm.Bare(EPSILON),
                                        mlp(supply, at + "mlp.", width, open))),
                        Optional.of(
                                new Modulation(
                                        nothing(
                                                supply,
                                                at + "modulation",
                                                MODULATED * width,
                                                width)))));
    }

    /// Its shape.
    public DiffusionShape shape() {
        return shape;
    }

    /// Reads pictures. Needs an open scope.
    ///
    /// @param pixels `[pictures, channels, rows, columns]` in [-1, 1]
    /// @param codes how many of the line's first vectors are read; the same whatever is read behind
    /// @return `[pictures, codes, numbers]`
    public Tensor read(Tensor pixels, int codes) {
        long pictures = pixels.size(0);
        Tensor patches = // [pictures, patches, width]
                reading.first
                        .forward(plain(reading.patches, patches(pixels, shape.patch())))
                        .unflatten(0, pictures, -1)
                        .add(reading.places);
        int count = Math.toIntExact(patches.size(1));
        Tensor queries =
                plain(reading.widened, reading.queries.narrow(0, 0, codes))
                        .unsqueeze(0)
                        .expand(pictures, codes, shape.width());
        int rows = count + codes;
        boolean[] seen = new boolean[rows * rows];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = i % rows < count || i % rows <= i / rows;
        }
        int[] positions = new int[Math.toIntExact(pictures) * rows];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Math.min(i % rows, count); // queries stand behind the grid
        }
        Pass pass =
                pass(
                        new Batch(
                                Math.toIntExact(pictures),
                                rows,
                                Optional.of(Ops.mask(seen, rows, rows))),
                        Optional.of(turned(shape.patch(), positions)),
                        Optional.empty());
        Tensor x = Ops.cat(List.of(patches, queries), 1).flatten(0, 1); // [tokens, width]
        for (Block block : reading.blocks) {
            x = block.forward(x, pass); // same
        }
        Tensor line = x.unflatten(0, pictures, rows).narrow(1, count, codes).flatten(0, 1);
        return plain(reading.numbers, reading.last.forward(line)).unflatten(0, pictures, codes);
    }

    /// Reads lines of codes, each code seeing those before it. Needs an open scope.
    ///
    /// @param numbers of the codes, from the first on, `[pictures, codes, numbers]`
    /// @return `[pictures, codes, width]`
    public Tensor told(Tensor numbers) {
        int pictures = Math.toIntExact(numbers.size(0));
        int codes = Math.toIntExact(numbers.size(1));
        return told(numbers, 0, new Batch(pictures, codes, Optional.empty()));
    }

    /// Reads more of lines of which something was read before, with the same result.
    ///
    /// @param numbers of the codes that follow, `[pictures, codes, numbers]`
    /// @param past what was read; holds these too afterwards
    /// @return `[pictures, codes, width]`
    public Tensor told(Tensor numbers, Past past) {
        int pictures = Math.toIntExact(numbers.size(0));
        int codes = Math.toIntExact(numbers.size(1));
        Sight sight = past.reading(Device.CPU, pictures, codes, List.of(ALL));
        Tensor made = told(numbers, past.length(), sight);
        past.grow(codes);
        return made;
    }

    private Tensor told(Tensor numbers, int from, Sight sight) {
        long pictures = numbers.size(0);
        long codes = numbers.size(1);
        Pass pass = pass(sight, Optional.empty(), Optional.empty());
        Tensor x =
                plain(telling.numbers, numbers.flatten(0, 1))
                        .unflatten(0, pictures, codes)
                        .add(telling.places.narrow(0, from, codes))
                        .flatten(0, 1); // [tokens, width]
        for (Block block : telling.blocks) {
            x = block.forward(x, pass); // same
        }
        return telling.last.forward(x).unflatten(0, pictures, codes);
    }

    /// Which way pictures go. Needs an open scope.
    ///
    /// @param at where they are, `[pictures, channels, rows, columns]`
    /// @param times of each, 1 is noise; `[pictures]`
    /// @param told what is told, `[pictures, any, width]`
    /// @return as `at`
    public Tensor velocity(Tensor at, float[] times, Tensor told) {
        long pictures = at.size(0);
        int cells = cells(shape, shape.fine());
        Tensor x = // [tokens, width]
                plain(emerging.patches, patches(at, shape.fine()))
                        .unflatten(0, pictures, cells)
                        .add(emerging.places)
                        .flatten(0, 1);
        int[] positions =
                IntStream.range(0, Math.toIntExact(x.size(0))).map(row -> row % cells).toArray();
        Rotation rotation = turned(shape.fine(), positions);
        Sight sight =
                new Batch(
                        Math.toIntExact(pictures),
                        cells,
                        Optional.of(Ops.mask(all(cells), cells, cells)));
        Pass alone = pass(sight, Optional.empty(), Optional.empty());
        Tensor group =
                emerging.toldNorm.forward(plain(emerging.told, told.flatten(0, 1))); // [any, width]
        for (Step step : emerging.steps) {
            Tensor here = step.toldNorm.forward(step.told.forward(group, alone));
            Tensor moment = Ops.repeat(step.times.of(Device.CPU, times), cells, 0);
            Tensor by = torch.silu(moment.add(found(step.found, x, here, rotation, pictures)));
            x =
                    step.block.forward(
                            x,
                            pass(
                                    sight,
                                    Optional.of(rotation),
                                    Optional.of(Modulation.Conditions.each(by)))); // same
        }
        Tensor patches = plain(emerging.out, emerging.last.forward(x)); // [tokens, area]
        Tensor said =
                torch.pixel_shuffle(
                        patches.unflatten(0, pictures, cells)
                                .transpose(1, 2)
                                .unflatten(
                                        2,
                                        shape.rows() / shape.fine(),
                                        shape.columns() / shape.fine()),
                        shape.fine());
        return shape.guesses() ? said.add(guess(at, times)) : said;
    }

    /// The velocity that is guessed of where pictures are alone, as if they and noise were normal.
    private static Tensor guess(Tensor at, float... times) {
        double variance = DiffusionShape.SPREAD * DiffusionShape.SPREAD;
        float[] share = new float[times.length];
        for (int i = 0; i < share.length; i++) {
            double time = times[i];
            double left = 1 - time;
            share[i] = (float) ((time - left * variance) / (time * time + left * left * variance));
        }
        return at.mul(Tensor.create(share, share.length, 1, 1, 1));
    }

    private static boolean[] all(int cells) {
        boolean[] all = new boolean[cells * cells];
        Arrays.fill(all, true);
        return all;
    }

    /// What each patch finds in its picture's group, `[tokens, width]`.
    private Tensor found(Finding by, Tensor x, Tensor group, Rotation rotation, long pictures) {
        Tensor q =
                rotation.turn(
                        plain(by.query, by.before.forward(x)).unflatten(1, shape.heads(), -1));
        List<Tensor> both =
                Ops.split(plain(by.keysAndValues, group), 1, shape.width(), shape.width());
        Tensor seen =
                Ops.attention(
                        heads(q, pictures),
                        heads(both.getFirst().unflatten(1, shape.heads(), -1), pictures),
                        heads(both.getLast().unflatten(1, shape.heads(), -1), pictures),
                        Optional.empty()); // [pictures, heads, cells, headDim]
        return plain(by.output, seen.transpose(1, 2).reshape(x.sizes()));
    }

    /// `[pictures, heads, rows, headDim]` of `[pictures * rows, heads, headDim]`.
    private static Tensor heads(Tensor x, long pictures) {
        return x.unflatten(0, pictures, -1).transpose(1, 2);
    }

    private Rotation turned(int side, int... positions) {
        return Rotation.of(
                new Positions.Grid(shape.rows() / side, shape.columns() / side, BASE),
                positions,
                shape.headDim(),
                Device.CPU);
    }

    private static Pass pass(
            Sight sight, Optional<Rotation> rotation, Optional<Modulation.Conditions> conditions) {
        return new Pass(sight, Gate.CLOSED, rotation, Optional.empty(), conditions, Rounding.FREE);
    }

    private static Tensor plain(Linear linear, Tensor x) {
        return linear.forward(x, Gate.CLOSED);
    }

    /// `[pictures * patches, area]` of `[pictures, channels, rows, columns]`.
    private static Tensor patches(Tensor pixels, int side) {
        return torch.pixel_unshuffle(pixels, side).flatten(2, 3).transpose(1, 2).flatten(0, 1);
    }
}
