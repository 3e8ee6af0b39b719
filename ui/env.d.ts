/// <reference types="svelte" />
/// <reference types="vite/client" />
/** What plays recordings, without what this house has no use for (subtitles, encryption, several sounds); its types are those of the whole. */
declare module 'hls.js/light' { import Hls from 'hls.js'; export default Hls }
