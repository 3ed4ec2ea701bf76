package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.psi.Box;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.List;

/// Two frames of things that move before a background, of which everything is known: motion, who is
/// where, and how near it is.
///
/// Things are shapes (handwritten digits) in colours of their own; backgrounds are crops of photos.
/// Things move by whole pixels; one that is pushed against another takes it along; nearer ones
/// cover farther ones. In other scenes nothing moves but the camera, and what is near seems to move
/// twice as far as the background.
///
/// @param shapes `[rows, columns, 1]` each, 1 inside and 0 outside
/// @param photos `[rows, columns, 3]` each, larger than a frame by twice the reach on all sides
/// @param side of a frame, in pixels
/// @param reach the farthest that anything moves, in pixels
/// @param cameras in what share of scenes the camera moves and nothing else; in [0, 1]
public record SpriteScenes(
        List<Raster> shapes, List<Raster> photos, int side, int reach, double cameras) {
    private static final double INSIDE = 0.5;
    private static final int MOST_THINGS = 2;

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if there is no shape or photo, or a photo is too small
    public SpriteScenes {
        shapes = List.copyOf(shapes);
        photos = List.copyOf(photos);
        Check.argument(!shapes.isEmpty() && !photos.isEmpty(), "scenes need shapes and photos");
        Check.argument(reach > 0, "things move by up to %d pixels; it must be 1 or more", reach);
        for (Raster photo : photos) {
            Check.argument(
                    photo.rows() >= side + 2 * reach && photo.columns() >= side + 2 * reach,
                    "a photo has %d x %d pixels; frames of %d whose camera moves by %d need %d",
                    photo.columns(),
                    photo.rows(),
                    side,
                    reach,
                    side + 2 * reach);
        }
    }

    /// Everything that there is to know of a scene.
    ///
    /// @param frames the two, `[side, side, 3]`
    /// @param motion of each pixel of the first, `[side, side, 2]`, (x, y)
    /// @param things where each is seen in the first frame, the nearest first
    /// @param disparity of the first frame, `[side, side, 1]`: 1 of the background, 2 of things
    /// @param camera how the camera moved, (x, y) in pixels of the background, against which it
    ///   goes
    public record Scene(
            List<Raster> frames,
            Raster motion,
            List<Mask> things,
            Raster disparity,
            List<Integer> camera) {
        /// Copies the lists.
        public Scene {
            frames = List.copyOf(frames);
            things = List.copyOf(things);
            camera = List.copyOf(camera);
        }
    }

    /// A thing on its way.
    private record Thing(
            Raster shape, List<Double> colour, int y, int x, int downwards, int right) {
        boolean covers(int frame, int atY, int atX) {
            int within = atY - y - frame * downwards;
            int across = atX - x - frame * right;
            return shape.has(within, across) && shape.at(within, across) > INSIDE;
        }

        Thing moving(int newDown, int newRight) {
            return new Thing(shape, colour, y, x, newDown, newRight);
        }

        boolean touches(Thing other, int side) {
            for (int i = 0; i < side * side; i++) {
                if (covers(1, i / side, i % side) && other.covers(0, i / side, i % side)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// The scene of a seed.
    public Scene scene(long seed) {
        Noise noise = Noise.of(seed, 0);
        boolean camera = noise.uniform(0) < cameras;
        int panY = camera ? between(noise, 1) / 2 : 0;
        int panX = camera ? between(noise, 2) / 2 : 0;
        List<Thing> things = new ArrayList<>();
        int count = 1 + (int) (noise.uniform(3) * MOST_THINGS);
        for (int i = 0; i < count; i++) {
            things.add(thing(noise.at(i), camera, panY, panX));
        }
        if (!camera && count > 1 && things.get(0).touches(things.get(1), side)) {
            Thing pusher = things.get(0); // and what it is pushed against goes along
            things.set(1, things.get(1).moving(pusher.downwards, pusher.right));
        }
        Raster photo = photos.get((int) (noise.uniform(4) * photos.size()));
        int top = reach + (int) (noise.uniform(5) * (photo.rows() - side - 2 * reach + 1));
        int left = reach + (int) (noise.uniform(6) * (photo.columns() - side - 2 * reach + 1));
        Raster first = frame(things, photo, top, left, 0);
        Raster second = frame(things, photo, top + panY, left + panX, 1);
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int which = i;
            masks.add(Mask.of(side, side, (y, x) -> seen(things, 0, y, x) == which));
        }
        Raster motion =
                Raster.of(
                        side,
                        side,
                        2,
                        (y, x, c) -> {
                            int thing = seen(things, 0, y, x);
                            if (thing == things.size()) {
                                return c == 0 ? -panX : -panY;
                            }
                            return c == 0 ? things.get(thing).right : things.get(thing).downwards;
                        });
        Raster disparity =
                Raster.of(
                        side, side, 1, (y, x, _) -> seen(things, 0, y, x) < things.size() ? 2 : 1);
        return new Scene(List.of(first, second), motion, masks, disparity, List.of(panX, panY));
    }

    private int between(Noise noise, long index) {
        return (int) Math.floor(noise.uniform(index) * (2 * reach + 1)) - reach;
    }

    private Thing thing(Noise noise, boolean camera, int panY, int panX) {
        Raster shape = shapes.get((int) (noise.uniform(0) * shapes.size()));
        List<Double> colour =
                List.of(
                        0.2 + 0.8 * noise.uniform(1),
                        0.2 + 0.8 * noise.uniform(2),
                        0.2 + 0.8 * noise.uniform(3));
        int y = (int) (noise.uniform(4) * Math.max(1, side - shape.rows() + 1));
        int x = (int) (noise.uniform(5) * Math.max(1, side - shape.columns() + 1));
        return camera
                ? new Thing(shape, colour, y, x, -2 * panY, -2 * panX)
                : new Thing(shape, colour, y, x, between(noise, 6), between(noise, 7));
    }

    /// The nearest thing that is seen in a pixel; as many as there are for the background.
    private static int seen(List<Thing> things, int frame, int y, int x) {
        int thing = 0;
        while (thing < things.size() && !things.get(thing).covers(frame, y, x)) {
            thing++;
        }
        return thing;
    }

    private Raster frame(List<Thing> things, Raster photo, int top, int left, int frame) {
        Raster background = photo.resampled(new Box(top, left, side, side), side, side);
        return Raster.of(
                side,
                side,
                3,
                (y, x, c) -> {
                    int thing = seen(things, frame, y, x);
                    return thing < things.size()
                            ? things.get(thing).colour.get(c)
                            : background.at(y, x, c);
                });
    }
}
