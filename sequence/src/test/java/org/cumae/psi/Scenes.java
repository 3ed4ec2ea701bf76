package org.cumae.psi;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Moment;
import org.cumae.noise.Noise;

import java.util.List;

/// What is true of a scene of an oracle world, and what of it is shown to programs.
record Scenes(World world, Canvas truth) {
    static final Moment.Frame FIRST = new Moment.Frame(0);
    static final Moment.Frame SECOND = new Moment.Frame(1);
    static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    static Scenes of(OracleWorlds.Oracle oracle, long seed) {
        return new Scenes(oracle.world(), oracle.scene(seed));
    }

    /// A canvas that knows only what is seen in the first frames.
    Canvas frames(int count) {
        Canvas canvas = new Canvas(world.layout());
        for (int t = 0; t < count; t++) {
            world.elements(truth, World.RGB, new Moment.Frame(t)).forEach(canvas::observe);
        }
        return canvas;
    }

    /// True motion, (x, y).
    Raster motion() {
        return world.raster(truth, World.FLOW, NEXT);
    }

    /// What moves.
    Mask object() {
        Raster speed = motion().magnitude();
        return Mask.of(speed.rows(), speed.columns(), (y, x) -> speed.at(y, x) > 0);
    }

    /// What stands still and can still be seen in frame 1.
    Mask visible() {
        return apart(false);
    }

    /// What stands still and is covered in frame 1.
    Mask covered() {
        return apart(true);
    }

    private Mask apart(boolean covered) {
        Mask object = object();
        List<Cell> targets = object.cells().stream().map(this::target).toList();
        return Mask.of(
                object.rows(),
                object.columns(),
                (y, x) -> !object.has(y, x) && targets.contains(new Cell(y, x)) == covered);
    }

    /// Where what is seen in a cell of frame 0 is in frame 1.
    Cell target(Cell from) {
        Raster motion = motion();
        return new Cell(
                from.y() + Math.round(motion.at(from.y(), from.x(), 1)),
                from.x() + Math.round(motion.at(from.y(), from.x(), 0)));
    }

    static Address patch(Cell cell) {
        return new Address(World.RGB, FIRST, cell.y(), cell.x());
    }

    static Cell any(Mask mask, Noise noise) {
        return mask.cells().get((int) (noise.uniform(0) * mask.count()));
    }
}
