package org.cumae.cli;

import picocli.CommandLine.Command;

/// `cumae data`: public data sets.
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = {
            "Fetch known public data sets, and check what is there.",
            "They are kept under $CUMAE_DATA (default ~/.cache/cumae)."
        },
        subcommands = {DataListCommand.class, DataGetCommand.class},
        footer = {
            "",
            "Examples:",
            "  ./cumae data list",
            "  ./cumae data get tinyshakespeare etth1"
        })
final class DataCommand {}
