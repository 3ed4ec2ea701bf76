package org.cumae.world;

import org.cumae.canvas.Canvas;
import org.cumae.naming.Known;
import org.cumae.naming.ModelShelf;
import org.cumae.psi.OracleWorlds;
import org.cumae.psi.OracleWorlds.Oracle;
import org.cumae.psi.World;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// Worlds by name: those whose laws are known, and those that were learned and stand on the shelf.
public final class Worlds {
    private Worlds() {}

    /// What worlds there are.
    public static List<String> names() {
        return Stream.concat(OracleWorlds.names().stream(), learned().keySet().stream()).toList();
    }

    private static Map<String, Path> learned() {
        Map<String, Path> learned = new TreeMap<>(ModelShelf.standard().models());
        learned.values().removeIf(path -> !WorldFolder.is(path));
        return learned;
    }

    /// Refuses what is not the name of a world.
    ///
    /// @throws org.cumae.naming.UnknownNameException naming the nearest
    public static void require(String name) {
        Known.of("world", names()).require(name);
    }

    /// The world of a name, or the one in a folder. The caller closes it.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is none, naming the nearest
    /// @throws IllegalArgumentException as [WorldFolder#open]
    public static OpenWorld open(String nameOrFolder) {
        if (OracleWorlds.names().contains(nameOrFolder)) {
            Oracle oracle = OracleWorlds.named(nameOrFolder);
            return new OpenWorld(oracle.world(), oracle::scene);
        }
        Map<String, Path> learned = learned();
        if (learned.containsKey(nameOrFolder)) {
            return open(Objects.requireNonNull(learned.get(nameOrFolder)));
        }
        Path folder = Path.of(nameOrFolder);
        if (!WorldFolder.is(folder)) {
            require(nameOrFolder);
        }
        return open(folder);
    }

    private static OpenWorld open(Path folder) {
        World world = WorldFolder.open(folder);
        return new OpenWorld(world, scenes(world, WorldFolder.scenes(world.layout(), folder)));
    }

    private static LongFunction<Canvas> scenes(World world, List<Canvas> kept) {
        return seed -> {
            if (kept.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s has no scenes of its own; show it pictures".formatted(world));
            }
            return kept.get((int) Math.floorMod(seed, (long) kept.size())).copy();
        };
    }
}
