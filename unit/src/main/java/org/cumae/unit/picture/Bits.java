package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.torch.Ops;

import java.util.Optional;

/// Bits of a cell, each with a vector that it adds to what is written where it is set. Part `j` of
/// a cell's bits, the most significant first, is one of the codes from `j * 2^b` on, where `b` is
/// how many bits a part has.
///
/// In training a bit is drawn with the probability that is read, and its gradient is that of the
/// probability; in use it is the likelier value.
///
/// @param parts how many codes a cell has
/// @param table `[bits, width]`
/// @see <a href="https://arxiv.org/abs/2410.16257">Liu et al. 2024, ELM</a>
/// @see <a href="https://arxiv.org/abs/2304.04820">Wang et al. 2023, binary latent diffusion</a>
record Bits(int parts, Tensor table) implements Bottleneck {
    private int bits() {
        return Math.toIntExact(table.size(0));
    }

    private int each() {
        return bits() / parts;
    }

    @Override
    public int vocabulary() {
        return parts << each();
    }

    @Override
    public int perCell() {
        return parts;
    }

    @Override
    public Tensor codes(Tensor read) {
        Tensor set = read.gt(Ops.scalar(0)).to(ScalarType.Float).unflatten(1, parts, each());
        Tensor within = set.flatten(0, 1).mv(powers()).view(read.size(0), parts);
        return within.add(firsts()).to(ScalarType.Long); // below 2^24, where floats count exactly
    }

    /// What each bit of a part counts, `[each]`.
    private Tensor powers() {
        float[] powers = new float[each()];
        for (int bit = 0; bit < powers.length; bit++) {
            powers[bit] = 1 << (powers.length - 1 - bit);
        }
        return Tensor.create(powers, powers.length);
    }

    /// The first code of each part, `[1, parts]`.
    private Tensor firsts() {
        float[] firsts = new float[parts];
        for (int part = 0; part < parts; part++) {
            firsts[part] = part << each();
        }
        return Tensor.create(firsts, 1, parts);
    }

    @Override
    public Tensor values(Tensor codes) {
        int[] line = Ops.ints(codes.flatten());
        float[] set = new float[line.length * each()];
        for (int i = 0; i < line.length; i++) {
            for (int bit = 0; bit < each(); bit++) {
                set[i * each() + bit] = line[i] >> (each() - 1 - bit) & 1;
            }
        }
        return Tensor.create(set, codes.size(0), bits()).mm(table);
    }

    @Override
    public Pinched pinched(Tensor read, Optional<Generator> chance) {
        Tensor probability = read.sigmoid();
        Tensor set =
                chance.map(
                                drawing ->
                                        torch.empty_like(probability)
                                                .uniform_(0, 1, new GeneratorOptional(drawing))
                                                .lt(probability.detach()))
                        .orElseGet(() -> read.gt(Ops.scalar(0)))
                        .to(ScalarType.Float);
        Tensor passed = set.add(probability).sub(probability.detach());
        return new Pinched(passed.mm(table), torch.zeros(read.size(0)));
    }

    @Override
    public float[] numbers(int... codes) {
        if (parts == 1) {
            return new float[0];
        }
        float[] numbers = new float[bits()];
        for (int i = 0; i < numbers.length; i++) {
            int set = codes[i / each()] >> (each() - 1 - i % each()) & 1;
            numbers[i] = 2 * set - 1;
        }
        return numbers;
    }

    @Override
    public int width() {
        return parts == 1 ? 0 : bits();
    }
}
