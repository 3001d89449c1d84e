declare module 'engine-words/*' {
  const messages: Record<string, string>;
  export default messages;
}
