package org.cumae.noise;

/// Counter-based randomness: a value is addressed, never consumed.
///
/// A `Noise` is a place in a tree of independent streams. Descending with [#at] names the next
/// level (seed, request, position, ...), and the leaves are read by index. The same address gives
/// the same number whatever was read before, on which thread, and beside which neighbours; so a
/// speculative decode can equal the plain one bit for bit, whatever the draft.
///
/// The mixing is two rounds of a 64-bit finaliser (Stafford's variant 13 of MurmurHash3's) over key
/// plus Weyl increment: the generator of Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014, read at random instead of in sequence.
///
/// @param key where in the tree this is
public record Noise(long key) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double TO_UNIT = 0x1.0p-53;

    /// The noise of one request.
    ///
    /// @param seed the user's seed
    /// @param request which request of that seed; requests are independent
    public static Noise of(long seed, long request) {
        return new Noise(mix(mix(seed) + GOLDEN * (request + 1)));
    }

    /// The independent stream below this one that carries the given label: a position, a lane.
    public Noise at(long label) {
        return new Noise(mix(mix(key + GOLDEN) ^ (label * 0xD1342543DE82EF95L)));
    }

    /// 64 random bits.
    ///
    /// @param index which of this stream's values
    public long bits(long index) {
        return mix(mix(key + GOLDEN * (index + 1)));
    }

    /// A uniform number in the open interval (0, 1): its logarithm is finite on both sides.
    ///
    /// @param index which of this stream's values
    public double uniform(long index) {
        return ((bits(index) >>> 11) + 0.5) * TO_UNIT;
    }

    /// An exponential number with mean 1.
    ///
    /// @param index which of this stream's values
    public double exponential(long index) {
        return -Math.log(uniform(index));
    }

    /// A standard normal number.
    ///
    /// @param index which of this stream's values
    public double gaussian(long index) {
        double radius = Math.sqrt(-2 * Math.log(uniform(2 * index)));
        return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// Puts values in an order by chance, each order as likely as any other.
    ///
    /// @param values changed in place; what of this noise decides is `uniform(1)` to `uniform(n -
    ///   1)`
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = (int) (uniform(i) * (i + 1));
            int kept = values[i];
            values[i] = values[other];
            values[other] = kept;
        }
    }
}
