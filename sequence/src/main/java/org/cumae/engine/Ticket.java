package org.cumae.engine;

/// Stands for one running request, whatever contexts it forks; compared by identity.
final class Ticket {}
