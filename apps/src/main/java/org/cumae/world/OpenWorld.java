package org.cumae.world;

import org.cumae.canvas.Canvas;
import org.cumae.psi.World;

import java.util.function.LongFunction;

/// A world, and scenes to try it on.
///
/// @param world to ask
/// @param scenes of a seed, everything that there is to know of one: frames, and the truth about
///   their motion and depth
public record OpenWorld(World world, LongFunction<Canvas> scenes) implements AutoCloseable {
    @Override
    public void close() {
        world.close();
    }
}
