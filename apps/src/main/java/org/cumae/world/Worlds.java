package org.cumae.world;

import org.cumae.naming.Known;
import org.cumae.psi.OracleWorlds;
import org.cumae.psi.OracleWorlds.Oracle;

import java.nio.file.Path;
import java.util.List;

/// Worlds by name.
public final class Worlds {
    private static final Known NAMES = Known.of("world", OracleWorlds.names());

    private Worlds() {}

    /// What worlds there are.
    public static List<String> names() {
        return NAMES.names();
    }

    /// Refuses what is not the name of a world.
    ///
    /// @throws org.cumae.naming.UnknownNameException naming the nearest
    public static void require(String name) {
        NAMES.require(name);
    }

    /// The world of a name, or the one in a folder. The caller closes it.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is none, naming the nearest
    /// @throws IllegalArgumentException as [WorldFolder#open]
    public static OpenWorld open(String nameOrFolder) {
        Path folder = Path.of(nameOrFolder);
        if (!names().contains(nameOrFolder) && WorldFolder.is(folder)) {
            return new OpenWorld(
                    WorldFolder.open(folder),
                    _ -> {
                        throw new IllegalArgumentException(
                                "world %s has no scenes of its own; show it pictures"
                                        .formatted(nameOrFolder));
                    });
        }
        Oracle oracle = OracleWorlds.named(NAMES.require(nameOrFolder));
        return new OpenWorld(oracle.world(), oracle::scene);
    }
}
