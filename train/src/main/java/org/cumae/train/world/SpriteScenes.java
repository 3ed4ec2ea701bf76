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
/// Things are shapes (handwritten digits) in colours of their own, and cards: rectangles that show
/// a crop of another photo, or a digit on a coloured ground. Backgrounds are crops of photos.
/// Things move by whole steps; one that is pushed against another takes it along; nearer ones cover
/// farther ones. In other scenes nothing moves but the camera, and what is near seems to move twice
/// as far as the background.
///
/// @param shapes `[rows, columns, 1]` each, 1 inside and 0 outside
/// @param photos `[rows, columns, 3]` each, larger than a frame by half the reach on all sides
/// @param side of a frame, in pixels
/// @param step what places and motions are multiples of, in pixels
/// @param reach the farthest that anything moves, in pixels
/// @param cameras in what share of scenes the camera moves and nothing else; in [0, 1]
/// @param cards what share of things are cards; in [0, 1]
public record SpriteScenes(
        List<Raster> shapes,
        List<Raster> photos,
        int side,
        int step,
        int reach,
        double cameras,
        double cards) {
    private static final double INSIDE = 0.5;
    private static final int MOST_THINGS = 2;
    private static final int ALPHA = 3; // the channel of a paint that says where it is

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if there is no shape or photo, or a photo is too small
    public SpriteScenes {
        shapes = List.copyOf(shapes);
        photos = List.copyOf(photos);
        Check.argument(!shapes.isEmpty() && !photos.isEmpty(), "scenes need shapes and photos");
        Check.argument(
                step > 0 && reach >= step && side >= 4 * step,
                "things move by up to %d pixels in steps of %d on frames of %d; a step must be 1 or"
                        + " more, the reach a step or more, and a frame four",
                reach,
                step,
                side);
        for (Raster photo : photos) {
            Check.argument(
                    photo.rows() >= side + reach && photo.columns() >= side + reach,
                    "a photo has %d x %d pixels; frames of %d whose camera moves by up to %d need %d",
                    photo.columns(),
                    photo.rows(),
                    side,
                    reach / 2,
                    side + reach);
        }
    }

    /// The same, of another share of which only the camera moves.
    public SpriteScenes withCameras(double share) {
        return new SpriteScenes(shapes, photos, side, step, reach, share, cards);
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
    ///
    /// @param paint `[rows, columns, 4]`: its colours, and where it is
    private record Thing(Raster paint, int y, int x, int downwards, int right) {
        boolean covers(int frame, int atY, int atX) {
            int within = atY - y - frame * downwards;
            int across = atX - x - frame * right;
            return paint.has(within, across) && paint.at(within, across, ALPHA) > INSIDE;
        }

        float colour(int frame, int atY, int atX, int channel) {
            return paint.at(atY - y - frame * downwards, atX - x - frame * right, channel);
        }

        Thing moving(int newDown, int newRight) {
            return new Thing(paint, y, x, newDown, newRight);
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
        int panY = camera ? step * steps(noise, 1, reach / step / 2) : 0;
        int panX = camera ? step * steps(noise, 2, reach / step / 2) : 0;
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
        int margin = reach / 2;
        int top = margin + whole(noise, 5, photo.rows() - side - 2 * margin);
        int left = margin + whole(noise, 6, photo.columns() - side - 2 * margin);
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

    /// How many steps something moves, either way.
    private static int steps(Noise noise, long index, int most) {
        return (int) Math.floor(noise.uniform(index) * (2 * most + 1)) - most;
    }

    /// A multiple of a step, up to a bound.
    private int whole(Noise noise, long index, int most) {
        return step * (int) (noise.uniform(index) * (Math.max(0, most) / step + 1));
    }

    private Thing thing(Noise noise, boolean camera, int panY, int panX) {
        Raster paint = noise.uniform(0) < cards ? card(noise.at(0)) : shape(noise.at(0));
        int y = whole(noise, 1, side - paint.rows());
        int x = whole(noise, 2, side - paint.columns());
        return camera
                ? new Thing(paint, y, x, -2 * panY, -2 * panX)
                : new Thing(
                        paint,
                        y,
                        x,
                        step * steps(noise, 3, reach / step),
                        step * steps(noise, 4, reach / step));
    }

    /// A digit in a colour.
    private Raster shape(Noise noise) {
        Raster shape = shapes.get((int) (noise.uniform(0) * shapes.size()));
        float[] ink = colour(noise.at(0));
        return Raster.of(
                shape.rows(),
                shape.columns(),
                4,
                (y, x, c) -> c == ALPHA ? shape.at(y, x) : ink[c]);
    }

    /// A rectangle from a quarter of the frame to a half on each side, with a crop of a photo or a
    /// digit on a ground.
    private Raster card(Noise noise) {
        int rows = side / 4 + whole(noise, 0, side / 4);
        int columns = side / 4 + whole(noise, 1, side / 4);
        if (noise.uniform(2) < 0.5) {
            Raster photo = photos.get((int) (noise.uniform(3) * photos.size()));
            int top = whole(noise, 4, photo.rows() - rows);
            int left = whole(noise, 5, photo.columns() - columns);
            return Raster.of(
                    rows, columns, 4, (y, x, c) -> c == ALPHA ? 1 : photo.at(top + y, left + x, c));
        }
        Raster shape = shapes.get((int) (noise.uniform(3) * shapes.size()));
        Raster digit = shape.resampled(Box.all(shape), rows, columns);
        float[] ink = colour(noise.at(0));
        float[] ground = colour(noise.at(1));
        return Raster.of(
                rows,
                columns,
                4,
                (y, x, c) -> c == ALPHA ? 1 : digit.at(y, x) > INSIDE ? ink[c] : ground[c]);
    }

    private static float[] colour(Noise noise) {
        return new float[] {
            (float) noise.uniform(0), (float) noise.uniform(1), (float) noise.uniform(2)
        };
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
                            ? things.get(thing).colour(frame, y, x, c)
                            : background.at(y, x, c);
                });
    }
}
