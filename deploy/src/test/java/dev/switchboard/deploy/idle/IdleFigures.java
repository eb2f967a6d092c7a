package dev.switchboard.deploy.idle;

import java.util.Locale;

/**
 * What idle connections cost.
 *
 * @param connections how many there were
 * @param connectCpuSeconds of the server, to connect and register all of them
 * @param emptyBytes resident memory before they came, after a collection
 * @param fullBytes with them
 * @param emptyHeapBytes what was alive on the heap before they came
 * @param fullHeapBytes with them
 * @param idleSeconds how long they did nothing
 * @param idleCpuSeconds of the server meanwhile
 * @param restCpuSeconds of the server in as long a time before they came
 * @param pings how many pings were answered meanwhile
 * @param drainSeconds from SIGTERM to the end of the process
 * @param closed how many were closed by it, of whom
 * @param told were told so by a frame of their WebSocket
 */
record IdleFigures(
    int connections,
    double connectCpuSeconds,
    double emptyBytes,
    double fullBytes,
    double emptyHeapBytes,
    double fullHeapBytes,
    double idleSeconds,
    double idleCpuSeconds,
    double restCpuSeconds,
    long pings,
    double drainSeconds,
    int closed,
    int told) {

  String table() {
    return String.format(
        Locale.ROOT,
        """
        connections, registered                  %,12d
        server CPU to connect one, ms            %12.3f
        resident memory without, MB              %12.1f
        resident memory with them, MB            %12.1f
        resident memory of one, KB               %12.2f
        live heap of one, KB                     %12.2f
        pings answered a second                  %12.1f
        server CPU while idle, ms a second       %12.2f
        the same before they came                %12.2f
        SIGTERM to the end, s                    %12.2f
        closed by it                             %,12d
        of these by a frame of their WebSocket   %,12d
        """,
        connections,
        connectCpuSeconds * 1e3 / connections,
        emptyBytes / 1e6,
        fullBytes / 1e6,
        (fullBytes - emptyBytes) / 1e3 / connections,
        (fullHeapBytes - emptyHeapBytes) / 1e3 / connections,
        pings / idleSeconds,
        idleCpuSeconds * 1e3 / idleSeconds,
        restCpuSeconds * 1e3 / idleSeconds,
        drainSeconds,
        closed,
        told);
  }
}
