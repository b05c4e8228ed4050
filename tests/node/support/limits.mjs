// The settings of the server's limits, in one place: what a test makes small to reach it.
export const settings = {
    frameBytes: 'ROOST_MAX_FRAME_BYTES',
    channels: 'ROOST_MAX_CHANNELS', // of one socket
    idleTimeout: 'ROOST_IDLE_TIMEOUT', // seconds since the last data received
    compression: 'ROOST_WEBSOCKET_COMPRESSION', // "on" or "off"
    connectRate: 'ROOST_CONNECT_RATE', // sockets a second from one address
    connectBurst: 'ROOST_CONNECT_BURST',
    socketEventRate: 'ROOST_SOCKET_EVENT_RATE', // events a second on one socket
    socketEventBurst: 'ROOST_SOCKET_EVENT_BURST',
    userEventRate: 'ROOST_USER_EVENT_RATE', // events a second of one user on all sockets
    userEventBurst: 'ROOST_USER_EVENT_BURST',
    origins: 'ROOST_CORS_ORIGINS',
};

// The environment of a server with these limits: {frameBytes: 4096} and the like.
export function limited(limits) {
    return Object.fromEntries(Object.entries(limits).map(([name, value]) => [settings[name], String(value)]));
}
