package org.cumae.serve;

import org.cumae.world.OpenWorld;
import org.cumae.world.Worlds;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The worlds that can be asked. Each is opened when it is first asked for.
final class ServedWorlds implements AutoCloseable {
    private final Map<String, OpenWorld> open = new ConcurrentHashMap<>();

    List<String> names() {
        return Worlds.names();
    }

    /// The world of a name.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is none, naming the nearest
    OpenWorld named(String name) {
        Worlds.require(name); // and no folder that a stranger names
        return open.computeIfAbsent(name, Worlds::open);
    }

    @Override
    public void close() {
        open.values().forEach(OpenWorld::close);
    }
}
