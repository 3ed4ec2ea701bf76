package org.cumae.world;

import org.cumae.naming.Known;
import org.cumae.psi.OracleWorlds;
import org.cumae.psi.OracleWorlds.Oracle;

import java.util.List;

/// Worlds by name.
public final class Worlds {
    private static final Known NAMES = Known.of("world", OracleWorlds.names());

    private Worlds() {}

    /// What worlds there are.
    public static List<String> names() {
        return NAMES.names();
    }

    /// The world of a name. The caller closes it.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is none, naming the nearest
    public static OpenWorld open(String name) {
        Oracle oracle = OracleWorlds.named(NAMES.require(name));
        return new OpenWorld(oracle.world(), oracle::scene);
    }
}
