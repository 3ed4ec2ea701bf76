package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.psi.Box;
import org.cumae.psi.Raster;

import java.util.List;

/// Two frames of a real video, some time apart, cut out of it at the same place: what is seen, and
/// nothing that is known beside it.
///
/// Those that are learned from are nearer or farther than filmed, mirrored and run backwards as
/// chance has it, since a short video shows few things; held-out ones are as they were filmed.
///
/// @param clips frames of each, one after the other, no smaller than a cut
/// @param side of what is cut out, in pixels
/// @param gap how many frames lie between the two
/// @param part whether they come from what is learned from, or from the end that is not
public record ClipPairs(List<List<Raster>> clips, int side, int gap, Part part) {
    private static final double LEARNED = 0.8; // of each video, from its beginning
    private static final double NEAREST = 0.8; // of the side, as much as is cut out
    private static final double FARTHEST = 1.4;

    /// Which part of a video.
    public enum Part {
        /// The first four fifths.
        LEARNED,
        /// The rest.
        HELD_OUT
    }

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if there is no video, or one is too small or too short
    public ClipPairs {
        clips = clips.stream().map(List::copyOf).toList();
        Check.argument(!clips.isEmpty(), "there is no video; give one or more");
        Check.argument(gap > 0, "%d frames lie between two; give 1 or more", gap);
        for (List<Raster> clip : clips) {
            Raster frame = clip.getFirst();
            Check.argument(
                    frame.rows() >= side && frame.columns() >= side,
                    "a video has frames of %d x %d pixels; %d x %d are cut out of them",
                    frame.columns(),
                    frame.rows(),
                    side,
                    side);
            int frames = clip.size();
            int rest = frames - learned(frames);
            Check.argument(
                    Math.min(rest, learned(frames)) > gap,
                    "a video has %d frames, of which the last %d are held out; pairs that are %d"
                            + " apart need more than %d of each",
                    frames,
                    rest,
                    gap,
                    gap);
        }
    }

    /// Pairs of the same videos, of another part.
    public ClipPairs of(Part other) {
        return new ClipPairs(clips, side, gap, other);
    }

    private static int learned(int frames) {
        return (int) (LEARNED * frames);
    }

    /// The two frames of a seed, `[side, side, 3]` each.
    public List<Raster> pair(long seed) {
        Noise noise = Noise.of(seed, 3);
        List<Raster> frames = clips.get(drawn(noise, 0, clips.size()));
        int cut = learned(frames.size());
        int begin = part == Part.LEARNED ? 0 : cut;
        int end = part == Part.LEARNED ? cut : frames.size();
        int first = begin + drawn(noise, 1, end - begin - gap);
        Raster one = frames.get(first);
        Raster other = frames.get(first + gap);
        if (part == Part.HELD_OUT) {
            int top = drawn(noise, 2, one.rows() - side + 1);
            int left = drawn(noise, 3, one.columns() - side + 1);
            Box box = new Box(top, left, side, side);
            return List.of(cut(one, box, false), cut(other, box, false));
        }
        double wanted = side * (NEAREST + (FARTHEST - NEAREST) * noise.uniform(4));
        double size = Math.min(wanted, Math.min(one.rows(), one.columns()));
        Box box =
                new Box(
                        noise.uniform(2) * (one.rows() - size),
                        noise.uniform(3) * (one.columns() - size),
                        size,
                        size);
        boolean isMirrored = noise.uniform(5) < 0.5;
        List<Raster> pair = List.of(cut(one, box, isMirrored), cut(other, box, isMirrored));
        return noise.uniform(6) < 0.5 ? pair.reversed() : pair;
    }

    private static int drawn(Noise noise, long index, int bound) {
        return (int) (noise.uniform(index) * bound);
    }

    private Raster cut(Raster frame, Box box, boolean isMirrored) {
        Raster cut = frame.resampled(box, side, side);
        return isMirrored
                ? Raster.of(side, side, cut.channels(), (y, x, c) -> cut.at(y, side - 1 - x, c))
                : cut;
    }
}
