package org.cumae.world;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Moment;
import org.cumae.psi.Book;
import org.cumae.psi.Box;
import org.cumae.psi.Raster;
import org.cumae.psi.World;

import java.util.List;
import java.util.function.LongFunction;

/// A world, and scenes to try it on.
///
/// @param world to ask
/// @param scenes of a seed, everything that there is to know of one: frames, and the truth about
///   their motion and depth
public record OpenWorld(World world, LongFunction<Canvas> scenes) implements AutoCloseable {
    /// Pictures as the world's first frames. Those that are a whole number of times as large as a
    /// frame are made as small.
    ///
    /// @param pictures `[rows, columns, 3]` each, frame 0 first
    /// @throws IllegalArgumentException if there are more than the world has frames, or one has
    ///   another shape
    public Canvas pictured(List<Raster> pictures) {
        Check.argument(
                pictures.size() <= world.frames(),
                "world %s has %d frames and %d pictures are given",
                world.name(),
                world.frames(),
                pictures.size());
        Book book = world.book(World.RGB);
        int rows = book.type().rows() * book.side();
        int columns = book.type().columns() * book.side();
        Canvas canvas = new Canvas(world.layout());
        for (int t = 0; t < pictures.size(); t++) {
            Raster picture = pictures.get(t);
            Check.argument(
                    picture.rows() % rows == 0
                            && picture.columns() % columns == 0
                            && picture.rows() / rows == picture.columns() / columns,
                    "picture %d has %d x %d pixels; world %s takes pictures of %d x %d, or of both"
                            + " times one whole number",
                    t,
                    picture.columns(),
                    picture.rows(),
                    world.name(),
                    columns,
                    rows);
            Raster small = picture.resampled(Box.all(picture), rows, columns);
            book.read(small, new Moment.Frame(t)).forEach(canvas::observe);
        }
        return canvas;
    }

    /// What is seen in the first frames, and nothing else of what is known.
    ///
    /// @throws IllegalArgumentException if a frame is not known whole
    public Canvas frames(Canvas known, int count) {
        Canvas canvas = new Canvas(world.layout());
        for (int t = 0; t < count; t++) {
            world.whole(known, World.RGB, new Moment.Frame(t)).forEach(canvas::observe);
        }
        return canvas;
    }

    @Override
    public void close() {
        world.close();
    }
}
