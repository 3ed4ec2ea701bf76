package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What the codes of a type stand for: each code of each level a patch of numbers, and a variable
/// the sum of its codes' patches, coarse first.
///
/// Colours of a picture, vectors of motion, disparities, displacements of a camera: all are read
/// and written with such a book. Reading is strictly local: the codes of a patch depend on its own
/// numbers and on no others.
public final class Book {
    private final TokenType type;
    private final int side;
    private final int channels;
    private final List<float[][]> patches; // [level][code][side * side * channels]

    /// A book.
    ///
    /// @param type whose codes
    /// @param side of a patch, in cells of the rasters that are read and written
    /// @param channels of these
    /// @param patches `[level][code][side * side * channels]`, codes counted from the level's
    ///   first; taken over, nobody may write to them again
    /// @throws IllegalArgumentException if there is not one patch for each code of the type
    public Book(TokenType type, int side, int channels, List<float[][]> patches) {
        this.type = type;
        this.side = side;
        this.channels = channels;
        this.patches = List.copyOf(patches);
        Check.argument(
                patches.size() == type.levels(),
                "type %s has %d levels and its book %d",
                type.name(),
                type.levels(),
                patches.size());
        for (int level = 0; level < patches.size(); level++) {
            Check.argument(
                    patches.get(level).length == type.codes().get(level).size(),
                    "type %s has %d codes at level %d and its book %d",
                    type.name(),
                    type.codes().get(level).size(),
                    level,
                    patches.get(level).length);
            for (float[] patch : patches.get(level)) {
                Check.argument(
                        patch.length == side * side * channels,
                        "a patch of type %s has %d numbers; %d x %d cells of %d channels are %d",
                        type.name(),
                        patch.length,
                        side,
                        side,
                        channels,
                        side * side * channels);
            }
        }
    }

    /// A book of patches of a single cell: a colour, a vector.
    ///
    /// @param type of one level
    /// @param meanings `[code]`, each of as many numbers as there are channels
    public static Book of(TokenType type, float[]... meanings) {
        return new Book(type, 1, meanings[0].length, List.<float[][]>of(meanings));
    }

    /// Whose codes.
    public TokenType type() {
        return type;
    }

    /// The side of a patch, in cells.
    public int side() {
        return side;
    }

    /// How many numbers a cell has.
    public int channels() {
        return channels;
    }

    /// What some codes stand for, `[side * side * channels]`: of fewer codes than there are levels,
    /// the coarse look.
    public float[] patch(Tokens codes) {
        float[] sum = new float[side * side * channels];
        for (int level = 0; level < codes.size(); level++) {
            float[] part = patches.get(level)[codes.get(level) - span(level).from()];
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return sum;
    }

    /// What a code of a level adds, `[side * side * channels]`.
    ///
    /// @param code counted from the level's first
    public float[] patch(int level, int code) {
        return patches.get(level)[code].clone();
    }

    /// The mean over a patch of what some codes stand for, `[channels]`.
    public double[] mean(Tokens codes) {
        return mean(patch(codes));
    }

    /// What is to be expected of a variable's first code, meant over the patch, `[channels]`.
    ///
    /// @param law of the first code
    public double[] expected(Categorical law) {
        double[] sum = new double[channels];
        double[] probabilities = law.probabilities();
        for (int i = 0; i < probabilities.length; i++) {
            double[] one = mean(Tokens.of(law.id(i)));
            for (int c = 0; c < channels; c++) {
                sum[c] += probabilities[i] * one[c];
            }
        }
        return sum;
    }

    private double[] mean(float[] patch) {
        double[] sum = new double[channels];
        for (int i = 0; i < patch.length; i++) {
            sum[i % channels] += (double) patch[i] / (side * side);
        }
        return sum;
    }

    /// The codes that stand for a patch: level after level the nearest of what is left over.
    ///
    /// @param patch `[side * side * channels]`
    /// @throws IllegalArgumentException if it has another length
    public Tokens codes(float[] patch) {
        Check.argument(
                patch.length == side * side * channels,
                "a patch has %d numbers; those of type %s have %d",
                patch.length,
                type.name(),
                side * side * channels);
        float[] left = patch.clone();
        int[] codes = new int[type.levels()];
        for (int level = 0; level < codes.length; level++) {
            int nearest = nearest(patches.get(level), left);
            float[] taken = patches.get(level)[nearest];
            for (int i = 0; i < left.length; i++) {
                left[i] -= taken[i];
            }
            codes[level] = span(level).from() + nearest;
        }
        return Tokens.of(codes);
    }

    private static int nearest(float[][] patches, float[] wanted) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < patches.length; code++) {
            double distance = 0;
            for (int i = 0; i < wanted.length; i++) {
                double gap = patches[code][i] - wanted[i];
                distance += gap * gap;
            }
            if (distance < least) {
                least = distance;
                best = code;
            }
        }
        return best;
    }

    private Span span(int level) {
        return type.codes().get(level);
    }

    /// Reads a raster.
    ///
    /// @param raster `[rows * side, columns * side, channels]` of the type's grid
    /// @param moment when it is
    /// @throws IllegalArgumentException if the raster has another size
    public List<Element> read(Raster raster, Moment moment) {
        Check.argument(
                raster.rows() == type.rows() * side && raster.columns() == type.columns() * side,
                "a raster of %d rows and %d columns is read as %s; its %d x %d patches of side %d need"
                        + " %d rows and %d columns; crop or resample it",
                raster.rows(),
                raster.columns(),
                type.name(),
                type.rows(),
                type.columns(),
                side,
                type.rows() * side,
                type.columns() * side);
        Check.argument(
                raster.channels() == channels,
                "a raster of %d channels is read as %s, which has %d",
                raster.channels(),
                type.name(),
                channels);
        List<Element> elements = new ArrayList<>();
        for (int y = 0; y < type.rows(); y++) {
            for (int x = 0; x < type.columns(); x++) {
                Address address = new Address(type.name(), moment, y, x);
                elements.add(new Element(address, codes(patch(raster, address))));
            }
        }
        return elements;
    }

    /// The numbers of a raster where a variable is, `[side * side * channels]`.
    float[] patch(Raster raster, Address at) {
        return patch(raster, at.y() * side, at.x() * side);
    }

    /// The numbers of a patch that lies anywhere, `[side * side * channels]`.
    float[] patch(Raster raster, int top, int left) {
        float[] patch = new float[side * side * channels];
        for (int i = 0; i < patch.length; i++) {
            int cell = i / channels;
            patch[i] = raster.at(top + cell / side, left + cell % side, i % channels);
        }
        return patch;
    }

    /// Writes numbers where a variable is, `[side * side * channels]`.
    void write(Raster raster, Address at, float[] patch) {
        for (int i = 0; i < patch.length; i++) {
            int cell = i / channels;
            raster.set(
                    at.y() * side + cell / side,
                    at.x() * side + cell % side,
                    i % channels,
                    patch[i]);
        }
    }

    /// What is left of a raster once it has been read and written.
    ///
    /// @throws IllegalArgumentException as [#read]
    public Raster coded(Raster raster) {
        Moment.Frame moment = new Moment.Frame(0);
        Map<Address, Tokens> codes =
                read(raster, moment).stream()
                        .collect(Collectors.toMap(Element::address, Element::codes));
        return write(address -> Objects.requireNonNull(codes.get(address)), moment);
    }

    /// Writes a raster.
    ///
    /// @param codes of each address; of fewer levels than there are the coarse look, of none zeros
    /// @param moment when
    public Raster write(Function<Address, Tokens> codes, Moment moment) {
        Raster raster = new Raster(type.rows() * side, type.columns() * side, channels);
        for (int y = 0; y < type.rows(); y++) {
            for (int x = 0; x < type.columns(); x++) {
                Address address = new Address(type.name(), moment, y, x);
                write(raster, address, patch(codes.apply(address)));
            }
        }
        return raster;
    }
}
